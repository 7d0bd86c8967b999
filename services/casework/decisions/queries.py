"""What waits to be decided, announced, entered and told, and what was decided."""

from collections.abc import Sequence

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.errors import NotFound
from services.casework.decisions.models import Announcement, Decision, DecisionList
from services.casework.decisions.policy import policy
from services.casework.decisions.rules import Verdict
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileState


def in_state(actor: Actor, action: str, state: FileState) -> SelectOfScalar[Identification]:
    """The files at this step on which the action shows something to the actor, by village."""
    statement = select(Identification).where(
        policy.visible(actor, action, Identification), col(Identification.state) == state
    )
    return statement.order_by(Identification.village, Identification.number)


def lists(actor: Actor) -> SelectOfScalar[DecisionList]:
    return select(DecisionList).where(policy.visible(actor, "decisions", DecisionList))


def list_of(session: Session, actor: Actor, list_id: str) -> DecisionList:
    """The list, if the actor may see it."""
    stored = session.get(DecisionList, list_id)
    if stored is None:
        raise NotFound("没有这份审定名单，请核对编号。")
    policy.require(actor, "decisions", stored)
    return stored


def lines(session: Session, list_id: str) -> Sequence[Decision]:
    """In the order in which they were decided."""
    statement = select(Decision).where(Decision.list_id == list_id)
    return session.exec(statement.order_by(col(Decision.id))).all()


def title_of(session: Session, decision: Decision) -> str:
    """The meeting that decided; empty where the office decided by itself."""
    return session.get_one(DecisionList, decision.list_id).title


def admitted(session: Session, file_id: str) -> Decision | None:
    statement = select(Decision).where(Decision.file == file_id, Decision.verdict == Verdict.ADMIT)
    return session.exec(statement).first()


def to_tell(actor: Actor) -> SelectOfScalar[Decision]:
    """Decisions of which the household was not told yet, the oldest first."""
    statement = select(Decision).where(
        policy.visible(actor, "to_tell", Decision),
        col(Decision.verdict) == Verdict.NOT_ADMIT,
        col(Decision.told_on).is_(None),
    )
    return statement.order_by(col(Decision.on), Decision.id)


def refused(session: Session, actor: Actor, decision_id: str, action: str) -> Decision:
    """The decision that does not admit, if the actor may do this to it."""
    stored = session.get(Decision, decision_id)
    if stored is None or stored.verdict is not Verdict.NOT_ADMIT:
        raise NotFound("没有这项不予纳入的决定，请核对。")
    policy.require(actor, action, stored)
    return stored


def announcements(actor: Actor) -> SelectOfScalar[Announcement]:
    return select(Announcement).where(policy.visible(actor, "announcements", Announcement))


def announcement(session: Session, actor: Actor, announcement_id: str) -> Announcement:
    """The announcement, if the actor may see it."""
    stored = session.get(Announcement, announcement_id)
    if stored is None:
        raise NotFound("没有这份公告，请核对编号。")
    policy.require(actor, "announcements", stored)
    return stored


def announced(session: Session, announcement_id: str) -> Sequence[Decision]:
    statement = select(Decision).where(Decision.announcement == announcement_id)
    return session.exec(statement.order_by(Decision.village, Decision.id)).all()


def of_file(session: Session, file: str) -> Sequence[Decision]:
    """What the county decided of the household, in its order."""
    statement = select(Decision).where(Decision.file == file)
    return session.exec(statement.order_by(col(Decision.id))).all()
