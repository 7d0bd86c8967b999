"""Whom the village still has to tell."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.casework.decisions import queries
from services.casework.decisions.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "tell"):
        return []
    decisions = session.exec(queries.to_tell(actor)).all()
    if not decisions:
        return []
    return [
        Task(
            "把不予纳入告知书交给农户",
            "/casework/refusals",
            kind="tell",
            count=len(decisions),
            objects=tuple(str(named(decision)) for decision in decisions),
        )
    ]
