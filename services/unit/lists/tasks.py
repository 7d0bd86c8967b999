"""What is open: the month's list, to send and to sign."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.unit.findings.queries import findings
from services.unit.findings.rules import OPEN
from services.unit.lists.queries import lists_of
from services.unit.months.models import Month
from services.unit.months.queries import latest_month, unit_statuses


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    month = latest_month(session)
    if month is None:
        return []
    match actor.role:
        case Role.UNIT_CLERK:
            return _to_send(session, actor.place, month)
        case Role.UNIT_HEAD:
            return _to_sign(session, actor.place, month)
    return []


def _to_send(session: Session, unit: str, month: Month) -> list[Task]:
    expected = unit_statuses(session, month.month, unit)
    if not expected or expected[0].exempt_reason:
        return []
    if expected[0].lists and not findings(session, month=month.month, unit=unit, states=OPEN):
        return []
    page = f"/unit/units/{unit}?month={month.month}#list"
    return [Task("报送本月名单（没有风险的，零报告）", page, month.report_due, kind="send")]


def _to_sign(session: Session, unit: str, month: Month) -> list[Task]:
    return [
        Task(
            "签发本月名单" if unit_list.supplement == 0 else f"签发补报{unit_list.supplement}",
            f"/unit/lists/{unit}/{month.month}",
            month.report_due,
            kind="sign",
        )
        for unit_list in lists_of(session, unit, month.month)
        if unit_list.signed_on is None
    ]
