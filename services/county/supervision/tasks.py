"""The months that a team has not reported yet."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role, Timeliness
from services.county.reporters.models import ReporterMonth
from services.county.supervision import queries


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.SUPERVISOR:
        return []
    return [
        Task(
            f"上报{int(row.month[5:])}月督导情况",
            f"/county/supervision/{actor.place}?month={row.month}",
            due,
            _note(row),
            kind="report",
        )
        for row, due in queries.unreported(session, actor.place)
    ]


def _note(row: ReporterMonth) -> str:
    if row.timeliness is Timeliness.MISSING:
        return "未报"
    return "县里已提醒" if row.reminded_on else ""
