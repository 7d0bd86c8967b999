"""Objections that wait for the township's answer."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.casework.notices import queries


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """One for all of them, until the earliest day."""
    waiting = session.exec(queries.unanswered(actor)).all()
    if not waiting:
        return []
    notices = {objection.notice for objection in waiting}
    page = f"/casework/notices/{waiting[0].notice}" if len(notices) == 1 else "/casework/notices"
    return [
        Task(
            "答复公示异议",
            page,
            waiting[0].due,
            kind="objection",
            count=len(waiting),
            objects=tuple(f"objection:{objection.id}" for objection in waiting),
        )
    ]
