"""Households that moved away wait until the other county takes over."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.casework.decreases import queries
from services.casework.decreases.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    rows = (
        session.exec(queries.leaving(actor)).all() if policy.may(actor, "record_decrease") else ()
    )
    if not rows:
        return []
    objects = tuple(str(named(row)) for row in rows)
    title = "登记迁出户已由迁入地接收"
    return [Task(title, "/casework/leaving", kind="leaving", count=len(rows), objects=objects)]
