"""Posts that wait for whoever confirms them."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.access.accounts import queries


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """One for all of them: several levels may confirm a post, and whoever comes first does."""
    waiting = len(queries.waiting(session, actor))
    if not waiting:
        return []
    note = "确认以前不能用"
    return [Task("确认岗位", "/access/waiting", note=note, kind="confirm_post", count=waiting)]
