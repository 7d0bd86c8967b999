"""Cards that wait for the second person."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.access.cards import queries


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """One for all of them."""
    waiting = len(queries.waiting(session, actor))
    if not waiting:
        return []
    note = "这些人的卡要由第二个人发"
    return [Task("确认登录卡", "/access/waiting", note=note, kind="confirm_card", count=waiting)]
