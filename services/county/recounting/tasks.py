"""The office is told that due days would move: nothing of its own, it urges."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.county.recounting import queries
from services.county.recounting.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "recounting"):
        return []
    moves = queries.moves(session, on)
    if not moves:
        return []
    title = "工作日历有变，有时限要调整"
    return [Task(title, "/county/recounting", kind="recount", count=len(moves))]
