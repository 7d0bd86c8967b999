"""The office's own date of the joint meeting, from the day on which it can be prepared. The bulletin's
stands with the bulletin (`services/county/bulletin/tasks.py`).
"""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.dates import show_month
from kit.tasks import Task
from schemas.codes import Timeliness
from services.county.months.queries import plan_of_month
from services.county.reporters import queries
from services.county.reporters.models import Duty, ReporterMonth
from services.county.reporters.policy import policy
from services.county.statistics.queries.reporting import state_label


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "own_dates"):
        return []
    return [
        Task(
            f"{show_month(row.month)}{Duty(row.code).label}",
            f"/county/meetings?month={row.month}",
            row.due,
            _note(row),
            kind=row.code,
            objects=(str(named(row)),),
        )
        for row in queries.own_dates(session, Duty.MEETING)
        if _begins(session, row) <= on
    ]


def _note(row: ReporterMonth) -> str:
    return state_label(row.kind, row.timeliness) if row.timeliness is Timeliness.MISSING else ""


def _begins(session: Session, row: ReporterMonth) -> date:
    """When the agenda is drafted: before that nothing can be done about it (F-51)."""
    plan = plan_of_month(session, row.month)
    return min([*plan.reminders(plan.meeting_notice_on), plan.meeting_notice_on])
