"""The tier concerned is heard before a candidate goes on; the office confirms or dismisses, with a
reason (B-35).
"""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, NotFound, Refused
from services.county.hearings import queries
from services.county.hearings.policy import policy
from services.county.missed_discoveries.deadlines import HEARING_DUE
from services.county.missed_discoveries.models import UNDECIDED, Candidate, CandidateState
from services.county.missed_discoveries.queries import is_proven

UNPROVEN = "这户的风险还没有核实属实，不能认定应发现未发现；请先核实，或者排除。"


def hear_candidate(
    session: Session, candidate_id: str, *, explanation: str, actor: Actor, on: date
) -> Candidate:
    """The village or unit concerned explains before anything goes on; the office may write down
    what it heard.
    """
    candidate = _candidate(session, candidate_id)
    policy.require(actor, "hear_candidate", candidate)
    if candidate.state not in UNDECIDED:
        raise Conflict("这条线索已经处理完毕，不能再补充说明。")
    if not explanation.strip():
        raise Refused("请写明情况。")
    candidate.explanation = explanation.strip()
    candidate.explained_on, candidate.explained_by = on, actor.label
    candidate.explained_account = actor.account
    candidate.state, candidate.version = CandidateState.HEARD, candidate.version + 1
    HEARING_DUE.cancel(session, candidate.id)
    return candidate


def confirm_candidate(
    session: Session, candidate_id: str, *, reason: str, actor: Actor, on: date
) -> Candidate:
    """A person says that it was missed; only after the hearing, where anybody can be heard, and of
    a verified risk.
    """
    candidate = _candidate(session, candidate_id)
    policy.require(actor, "confirm_candidate", candidate)
    waits = candidate.state is CandidateState.OPEN and on <= candidate.hearing_due
    if waits and not queries.is_unheard(session, candidate):
        until = f"{candidate.hearing_due.month}月{candidate.hearing_due.day}日"
        raise Conflict(f"还在听取说明的期限内（{until}止），请先听取说明。")
    if candidate.state in UNDECIDED and not is_proven(
        session, candidate.household, candidate.month
    ):
        raise Conflict(UNPROVEN)
    return _decide(session, candidate, CandidateState.CONFIRMED, reason, actor, on)


def dismiss_candidate(
    session: Session, candidate_id: str, *, reason: str, actor: Actor, on: date
) -> Candidate:
    candidate = _candidate(session, candidate_id)
    policy.require(actor, "dismiss_candidate", candidate)
    return _decide(session, candidate, CandidateState.DISMISSED, reason, actor, on)


def close_hearing(session: Session, candidate_id: str) -> None:
    """The hearing limit passed without a word: the office decides."""
    candidate = session.get(Candidate, candidate_id, with_for_update=True)
    if candidate and candidate.state is CandidateState.OPEN:
        candidate.state, candidate.version = CandidateState.SILENT, candidate.version + 1


def _decide(
    session: Session,
    candidate: Candidate,
    state: CandidateState,
    reason: str,
    actor: Actor,
    on: date,
) -> Candidate:
    if candidate.state not in UNDECIDED:
        raise Conflict("这条线索已经处理完毕。")
    if not reason.strip():
        raise Refused("请写明理由。")
    candidate.keep(on)
    candidate.state, candidate.version = state, candidate.version + 1
    candidate.decision_reason = reason.strip()
    candidate.decided_on, candidate.decided_by = on, actor.label
    HEARING_DUE.cancel(session, candidate.id)
    return candidate


def _candidate(session: Session, candidate_id: str) -> Candidate:
    candidate = session.get(Candidate, candidate_id, with_for_update=True)
    if candidate is None:
        raise NotFound("没有这条线索。")
    return candidate
