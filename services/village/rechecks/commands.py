"""A case comes back from the county and is answered."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import Conflict
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.codes import CaseDecision
from schemas.county import CaseSentBack
from schemas.values import FindingWords
from schemas.village import RecheckAnswered
from services.village.outcomes.commands import case_fate
from services.village.rechecks import queries
from services.village.rechecks.models import CountyRecheck
from services.village.rechecks.policy import policy
from services.village.register import queries as register_queries
from services.village.service import said


def open_recheck(session: Session, event: CaseSentBack) -> None:
    """The county asks for a second look: a task of the township's (D-09)."""
    fate = case_fate(session, event.case, event.household, event.village)
    fate.number, fate.decision, fate.decided_on = event.number, CaseDecision.RECHECK, event.on
    fate.findings, fate.rechecked_on = sorted({*fate.findings, *event.findings}), None
    open_one = select(CountyRecheck).where(
        CountyRecheck.case == event.case, col(CountyRecheck.answered_on).is_(None)
    )
    task = session.exec(open_one).first() or CountyRecheck(
        case=event.case,
        number=event.number,
        household=event.household,
        village=event.village,
        township=event.township,
        asked_on=event.on,
        due=event.due,
        question=event.question,
    )
    task.asked_on, task.due, task.question = event.on, event.due, event.question
    session.add(task)


def answer_recheck(
    session: Session, case: str, *, still_at_risk: bool, note: str, actor: Actor, on: date
) -> CountyRecheck:
    """Tell the county what a second look at a household showed (D-09)."""
    recheck = queries.recheck(session, case)
    session.refresh(recheck, with_for_update=True)
    policy.require(actor, "answer_recheck", recheck)
    if recheck.answered_on is not None:
        raise Conflict("这件复核已经答复。")
    if queries.is_over(session, case):
        raise Conflict("县里已经作出决定，不用再答复。有新情况请按新发现的风险上报。")
    recheck.answer = said(note, "复核情况")
    recheck.still_at_risk, recheck.answered_on, recheck.by = still_at_risk, on, actor.label
    case_fate(session, case, recheck.household, recheck.village).rechecked_on = on
    household = register_queries.known_household(session, recheck.household)
    head = household.head_name if household else ""
    emit(
        session,
        RecheckAnswered(
            case=case,
            township=recheck.township,
            on=on,
            still_at_risk=still_at_risk,
            sealed=seal(session, FindingWords(head_name=head, note=recheck.answer)),
        ),
    )
    return recheck
