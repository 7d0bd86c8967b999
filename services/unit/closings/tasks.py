"""Households whose helper's unit ended and joined none: the county gives them to others."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from schemas.codes import Role
from services.unit.closings.queries import without_unit


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.COUNTY_CLERK:
        return []
    return [
        Task(
            f"{unit.name}已撤并，{len(assignments)}户要另行结对",
            "/unit/organisation",
            kind="assign-again",
            count=len(assignments),
            objects=tuple(filter(None, map(named, assignments))),
        )
        for unit, assignments in without_unit(session).items()
    ]
