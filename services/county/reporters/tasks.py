"""The office's own dates, among all the others': joint meeting and bulletin."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role, Timeliness
from services.county.reporters.models import ReporterKind, ReporterMonth
from services.county.reporters.queries import DUTIES

PAGES = {"meeting": "/county/meetings?month={}", "bulletin": "/county/bulletins/{}"}


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if actor.role not in (Role.COUNTY_CLERK, Role.COUNTY_LEADER):
        return []
    found = select(ReporterMonth).where(
        ReporterMonth.kind == ReporterKind.OFFICE,
        col(ReporterMonth.code).in_(list(PAGES)),
        col(ReporterMonth.reported_on).is_(None),
    )
    return [
        Task(
            f"{int(row.month[5:])}月{DUTIES[row.code]}",
            PAGES[row.code].format(row.month),
            row.due,
            "已超期" if row.timeliness == Timeliness.MISSING else "",
            kind=row.code,
        )
        for row in session.exec(found.order_by(col(ReporterMonth.month)))
    ]
