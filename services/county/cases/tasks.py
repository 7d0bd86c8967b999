"""Findings of which a person has to say whose they are."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.county.cases import queries
from services.county.cases.models import Source
from services.county.cases.policy import policy
from services.county.cases.procedure import due_since


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    waiting = queries.unmatched(session) if policy.may(actor, "attach_source") else []
    if not waiting:
        return []
    return [
        Task(
            "确认来源属于哪一户",
            "/county/unmatched",
            _due(session, waiting[0]),
            kind="match",
            count=len(waiting),
            objects=tuple(str(named(source)) for source in waiting),
        )
    ]


def _due(session: Session, source: Source) -> date | None:
    """Of the one that waits longest: its verification is due like any other's (T-10)."""
    return due_since(session, source.at_county_on) if source.at_county_on else None
