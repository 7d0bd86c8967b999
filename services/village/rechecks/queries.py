"""Cases that the county sent back."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import NotFound
from schemas.codes import CaseDecision
from services.village.outcomes.models import CaseFate
from services.village.rechecks.models import CountyRecheck
from services.village.rechecks.policy import policy

OVER = col(CaseFate.decision) != CaseDecision.RECHECK


def is_over(session: Session, case: str) -> bool:
    """Whether the county has decided the case since it sent it back; taken back later, the decision
    revives no recheck.
    """
    return (
        session.exec(select(CaseFate.case).where(CaseFate.case == case, OVER)).first() is not None
    )


def unanswered(session: Session, actor: Actor) -> Sequence[CountyRecheck]:
    """Those that the actor may see, the earliest due first. One that the county has decided without
    waiting any longer is over (D-09).
    """
    return session.exec(
        select(CountyRecheck)
        .where(
            policy.visible(actor, "recheck", CountyRecheck),
            col(CountyRecheck.answered_on).is_(None),
            col(CountyRecheck.case).not_in(select(CaseFate.case).where(OVER)),
        )
        .order_by(col(CountyRecheck.due), CountyRecheck.id)
    ).all()


def recheck(session: Session, case: str) -> CountyRecheck:
    """The open one of a case, else the last that was answered."""
    recheck = session.exec(
        select(CountyRecheck)
        .where(CountyRecheck.case == case)
        .order_by(
            col(CountyRecheck.answered_on).is_(None).desc(), col(CountyRecheck.asked_on).desc()
        )
        .limit(1)
    ).one_or_none()
    if recheck is None:
        raise NotFound("县里没有退回过这条风险线索，不用复核答复。")
    return recheck
