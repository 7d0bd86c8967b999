"""What the village or unit concerned has to explain, and what the office has to decide (B-35)."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.county.directory.queries import names
from services.county.hearings import queries
from services.county.hearings.policy import policy
from services.county.missed_discoveries.models import CandidateState
from services.county.missed_discoveries.queries import is_proven

WHY = {
    CandidateState.OPEN: "已撤销，没有人能说明",
    CandidateState.HEARD: "已说明",
    CandidateState.SILENT: "逾期未说明",
}


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if policy.may(actor, "confirm_candidate"):
        return _to_decide(session, actor)
    return [
        Task(
            "说明情况：另一渠道发现了风险户",
            f"/county/candidates/{candidate.id}",
            candidate.hearing_due,
            kind="explain",
            objects=(str(named(candidate)),),
        )
        for candidate in queries.candidates(session, actor, states=[CandidateState.OPEN])
        if policy.may(actor, "hear_candidate", candidate)
    ]


def _to_decide(session: Session, actor: Actor) -> list[Task]:
    """Only a verified risk can have been missed: until then the case is the office's task."""
    waiting = [
        candidate
        for candidate in queries.to_decide(session, actor)
        if is_proven(session, candidate.household, candidate.month)
    ]
    called = names(session, [candidate.accused for candidate in waiting])
    return [
        Task(
            f"认定是否应发现未发现 {called[candidate.accused]}",
            f"/county/candidates/{candidate.id}",
            note=WHY[candidate.state],
            kind="decide",
            objects=(str(named(candidate)),),
        )
        for candidate in waiting
    ]
