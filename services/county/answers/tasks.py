"""Sources that came after their case's decision and wait for an answer."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.county.answers import queries
from services.county.answers.policy import policy
from services.county.cases.procedure import due_since


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "answer_source"):
        return []
    waiting = queries.late(session)
    called = queries.called(session, [source for source, _ in waiting])
    return [
        Task(
            f"答复决定以后到的来源 {case.number}",
            f"/county/cases/{case.id}",
            due_since(session, source.at_county_on) if source.at_county_on else None,
            note=f"{called[source.finding]}，请在最后一件交办单办结前答复",
            kind="answer",
            objects=(str(named(source)),),
        )
        for source, case in waiting
    ]
