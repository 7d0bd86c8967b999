"""The months that a team has not reported yet."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role, Timeliness
from services.county.supervision import queries


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.SUPERVISOR:
        return []
    reminded = "县里已提醒"
    return [
        Task(
            f"上报{int(row.month[5:])}月督导情况",
            f"/county/supervision/{actor.place}?month={row.month}",
            due,
            "未报" if row.timeliness is Timeliness.MISSING else reminded if row.reminded_on else "",
        )
        for row, due in queries.unreported(session, actor.place)
    ]
