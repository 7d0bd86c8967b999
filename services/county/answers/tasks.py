"""Sources that came after their case's decision and wait for an answer."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.county.answers import queries
from services.county.answers.policy import policy
from services.county.cases.models import Case, Source
from services.county.cases.procedure import VERIFY_LIMIT, terms


def answer_due(session: Session, source: Source, case: Case) -> date | None:
    """What comes to the county is looked at within the limit of a verification (T-10)."""
    came = source.at_county_on
    return terms(session, case).due(VERIFY_LIMIT, came) if came else None


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "answer_source"):
        return []
    waiting = queries.late(session)
    called = queries.called(session, [source for source, _ in waiting])
    return [
        Task(
            f"答复决定以后到的来源 {case.number}",
            f"/county/cases/{case.id}",
            answer_due(session, source, case),
            note=f"{called[source.finding]}，请在最后一件交办单办结前答复",
            kind="answer",
            objects=(str(named(source)),),
        )
        for source, case in waiting
    ]
