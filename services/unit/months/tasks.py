"""What is open for the county: units that have not signed their list."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from services.unit.months.policy import policy
from services.unit.months.queries import latest_month, unit_statuses

NAMED = 5  # units in the note; the page behind the task has all


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    month = latest_month(session)
    if month is None or not policy.may(actor, "month_file"):
        return []
    silent = [status for status in unit_statuses(session, month.month) if status.is_silent]
    if not silent:
        return []
    names = "、".join(status.name for status in silent[:NAMED]) + (
        "等" if len(silent) > NAMED else ""
    )
    return [
        Task(
            f"{len(silent)}家单位还没有签发本月名单",
            f"/unit/months/{month.month}",
            month.report_due,
            names,
            kind="silent",
            count=len(silent),
        )
    ]
