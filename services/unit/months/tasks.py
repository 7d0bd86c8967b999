"""What is open for the county: units that have not signed their list, of every month."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.unit.months import rules
from services.unit.months.queries import open_months, unit_statuses


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """To be urged, so no objects: each list is owed by its unit. One person is asked to call, the
    office's clerk.
    """
    if actor.role is not Role.COUNTY_CLERK:
        return []
    silent = [
        (month, [status.name for status in unit_statuses(session, month.month) if status.is_silent])
        for month in open_months(session)
    ]
    return [
        Task(
            f"{len(names)}家单位还没有签发{rules.called(month.month, on)}名单",
            f"/unit/months/{month.month}",
            month.report_due,
            rules.few(names),
            kind="silent",
            count=len(names),
        )
        for month, names in silent
        if names
    ]
