"""Households of a village that ended and joined none: the township enters them in others."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from schemas.codes import Role
from services.village.closings.queries import without_village


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.TOWNSHIP_CLERK:
        return []
    return [
        Task(
            f"{village.name}已撤并，{len(households)}户要登记到别的村",
            f"/village/households?village={village.code}",
            kind="register-elsewhere",
            count=len(households),
            objects=tuple(filter(None, map(named, households))),
        )
        for village, households in without_village(session, actor).items()
    ]
