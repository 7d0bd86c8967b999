"""Who has to be heard about a missed household, and what the office has to decide then (B-35)."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.county.directory.queries import names
from services.county.missed_discoveries.models import Candidate, CandidateState

HEARD = (Role.VILLAGE_CLERK, Role.UNIT_CLERK, Role.UNIT_HEAD)


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role in HEARD:
        return _to_explain(session, actor)
    return _to_decide(session) if actor.role in (Role.COUNTY_CLERK, Role.COUNTY_LEADER) else []


def _to_explain(session: Session, actor: Actor) -> list[Task]:
    found = select(Candidate).where(
        Candidate.accused == actor.place, Candidate.state == CandidateState.OPEN
    )
    return [
        Task(
            "说明情况:另一渠道发现了风险户",
            f"/county/candidates/{one.id}",
            one.hearing_due,
            kind="explain",
        )
        for one in session.exec(found.order_by(col(Candidate.id)))
    ]


def _to_decide(session: Session) -> list[Task]:
    found = select(Candidate).where(
        col(Candidate.state).in_([CandidateState.HEARD, CandidateState.SILENT])
    )
    rows = session.exec(found.order_by(col(Candidate.id))).all()
    called = names(session, [one.accused for one in rows])
    return [
        Task(
            f"认定是否应发现未发现 {called.get(one.accused, one.accused)}",
            f"/county/candidates/{one.id}",
            note="已说明" if one.state == CandidateState.HEARD else "逾期未说明",
            kind="decide",
        )
        for one in rows
    ]
