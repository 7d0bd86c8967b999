"""Households outside the register wait for the township's clerk to look into them."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.village.register.queries import register_tasks
from services.village.service import behind


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """The county's office may look into them as well; they are not its task."""
    if actor.role is not Role.TOWNSHIP_CLERK:
        return []
    waiting = [task for task, _ in register_tasks(session, actor)]
    if not waiting:
        return []
    return [
        Task(
            f"核对不在册农户{len(waiting)}户",
            "/village/register-tasks",
            kind="look-into-household",
            count=len(waiting),
            objects=behind(waiting),
        )
    ]
