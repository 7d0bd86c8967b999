"""Months for which a team has not reported yet."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role, Timeliness
from services.county.months.models import Month
from services.county.reporters.models import ReporterKind, ReporterMonth


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role is not Role.SUPERVISOR:
        return []
    found = (
        select(ReporterMonth, Month)
        .join(Month, col(Month.month) == ReporterMonth.month)
        .where(
            ReporterMonth.kind == ReporterKind.TEAM,
            ReporterMonth.code == actor.place,
            col(ReporterMonth.timeliness).in_([Timeliness.WAITING, Timeliness.MISSING]),
            col(ReporterMonth.exempt_reason).is_(None),
        )
    )
    return [
        Task(
            f"上报{int(row.month[5:])}月督导情况",
            f"/county/supervision/{row.code}?month={row.month}",
            month.supervision_due,
            _note(row),
            kind="report",
        )
        for row, month in session.exec(found.order_by(col(ReporterMonth.month)))
    ]


def _note(row: ReporterMonth) -> str:
    if row.timeliness == Timeliness.MISSING:
        return "未报"
    return "县里已提醒" if row.reminded_on else ""
