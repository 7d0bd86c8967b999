"""The tier concerned is heard before a candidate goes on; the office confirms or dismisses, with a
reason (B-35).
"""

from datetime import date

from sqlmodel import Session

from kit import deadlines
from kit.actor import Actor
from kit.errors import Conflict, Forbidden, NotFound, Refused
from schemas.codes import Role
from services.county.missed_discoveries.commands import UNDECIDED
from services.county.missed_discoveries.models import Candidate, CandidateState


def hear_candidate(
    session: Session, candidate_id: str, *, explanation: str, actor: Actor, on: date
) -> Candidate:
    """The village or unit concerned explains before anything goes on; the office may write down
    what it heard.
    """
    found = _candidate(session, candidate_id)
    own = actor.role in (Role.VILLAGE_CLERK, Role.UNIT_CLERK) and actor.place == found.accused
    if not own and actor.role is not Role.COUNTY_CLERK:
        raise Forbidden("只有涉及的村、单位可以说明情况(县级经办人可以代为记录)。")
    if found.state not in UNDECIDED:
        raise Conflict("这条线索已经处理完毕,不能再补充说明。")
    if not explanation.strip():
        raise Refused("请写明情况。")
    found.explanation, found.explained_on, found.explained_by = explanation.strip(), on, actor.label
    found.state, found.version = CandidateState.HEARD.value, found.version + 1
    deadlines.cancel(session, "hearing due", found.id)
    return found


def confirm_candidate(
    session: Session, candidate_id: str, *, reason: str, actor: Actor, on: date
) -> Candidate:
    """A person says that it was missed; only after the hearing."""
    return _decide(session, candidate_id, CandidateState.CONFIRMED, reason, actor, on)


def dismiss_candidate(
    session: Session, candidate_id: str, *, reason: str, actor: Actor, on: date
) -> Candidate:
    return _decide(session, candidate_id, CandidateState.DISMISSED, reason, actor, on)


def close_hearing(session: Session, candidate_id: str) -> None:
    """The hearing limit passed without a word: the office decides."""
    found = session.get(Candidate, candidate_id, with_for_update=True)
    if found and found.state == CandidateState.OPEN.value:
        found.state, found.version = CandidateState.SILENT.value, found.version + 1


def _decide(
    session: Session, candidate_id: str, state: CandidateState, reason: str, actor: Actor, on: date
) -> Candidate:
    actor.require(Role.COUNTY_CLERK, deed="认定或排除应发现未发现")
    found = _candidate(session, candidate_id)
    if (
        found.state == CandidateState.OPEN.value
        and on <= found.hearing_due
        and state is CandidateState.CONFIRMED
    ):
        raise Conflict(
            f"还在听取说明的期限内({found.hearing_due.month}月{found.hearing_due.day}日止),请先听取说明。"
        )
    if found.state not in UNDECIDED:
        raise Conflict("这条线索已经处理完毕。")
    if not reason.strip():
        raise Refused("请写明理由。")
    found.state, found.decision_reason, found.decided_on, found.decided_by = (
        state.value,
        reason.strip(),
        on,
        actor.label,
    )
    found.version += 1
    deadlines.cancel(session, "hearing due", found.id)
    return found


def _candidate(session: Session, candidate_id: str) -> Candidate:
    found = session.get(Candidate, candidate_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这条线索。")
    return found
