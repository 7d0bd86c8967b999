"""What the village or unit concerned has to explain, and what the office has to decide (B-35)."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.county.directory.queries import names
from services.county.hearings import queries
from services.county.hearings.policy import policy
from services.county.missed_discoveries.models import CandidateState


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if policy.may(actor, "follow_candidates"):
        return _to_decide(session, actor)
    return [
        Task(
            "说明情况：另一渠道发现了风险户",
            f"/county/candidates/{candidate.id}",
            candidate.hearing_due,
            kind="explain",
        )
        for candidate in queries.candidates(session, actor, states=[CandidateState.OPEN])
    ]


def _to_decide(session: Session, actor: Actor) -> list[Task]:
    waiting = queries.candidates(
        session, actor, states=[CandidateState.HEARD, CandidateState.SILENT]
    )
    called = names(session, [candidate.accused for candidate in waiting])
    return [
        Task(
            f"认定是否应发现未发现 {called[candidate.accused]}",
            f"/county/candidates/{candidate.id}",
            note="已说明" if candidate.state is CandidateState.HEARD else "逾期未说明",
            kind="decide",
        )
        for candidate in waiting
    ]
