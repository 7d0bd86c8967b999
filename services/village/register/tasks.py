"""Households outside the register wait to be looked into."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.village.register.policy import policy
from services.village.register.queries import register_tasks


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "resolve_register_task"):
        return []
    count = len(register_tasks(session, actor))
    if not count:
        return []
    title = f"核对不在册农户{count}户"
    return [Task(title, "/village/register-tasks", kind="look-into-household", count=count)]
