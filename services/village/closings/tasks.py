"""Households of a village that ended and joined none: the township enters them in others. Of a
township that joined none the office says which one does its work.
"""

from datetime import date

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role
from services.village.closings.queries import without_heir, without_village


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is Role.COUNTY_CLERK:
        return _to_name_heir(session)
    return _to_register(session, actor) if actor.role is Role.TOWNSHIP_CLERK else []


def _to_name_heir(session: Session) -> list[Task]:
    rows = without_heir(session)
    names = directory.names(session, DirectoryKind.TOWNSHIP, [row.code for row in rows])
    return [
        Task(
            f"{names[row.code]}撤并了，还没有定由哪个乡镇接着办",
            "/village/closings",
            note="请先恢复，再登记并入的乡镇",
            kind="name-successor",
            objects=(f"closing:{row.id}",),
        )
        for row in rows
    ]


def _to_register(session: Session, actor: Actor) -> list[Task]:
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
