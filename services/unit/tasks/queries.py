"""What can be asked. Nothing here changes or locks anything."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.unit.findings.queries import finding_views, notices
from services.unit.findings.rules import OPEN, FindingState
from services.unit.lists.queries import lists_of
from services.unit.months.models import Month
from services.unit.months.queries import latest_month, unit_statuses
from services.unit.scopes import BELOW, COUNTY
from services.unit.visits.queries import contacts, households_not_contacted
from services.unit.visits.rules import ContactState


def home(actor: Actor) -> str:
    """The page where an actor's work is done."""
    if actor.role in (Role.UNIT_CLERK, Role.UNIT_HEAD):
        return f"/unit/units/{actor.place}"
    return "/unit/"


def desk(session: Session, actor: Actor, on: date) -> list[Task]:
    """Open tasks of an actor, the nearest due date first."""
    month = latest_month(session)
    if month is None:
        return []
    tasks = _tasks(session, actor, month)
    return sorted(tasks, key=lambda task: task.due or date.max)


def _tasks(session: Session, actor: Actor, month: Month) -> list[Task]:
    match actor.role:
        case Role.HELPER:
            return _of_helper(session, actor, month)
        case Role.UNIT_CLERK:
            return _of_clerk(session, actor, month)
        case Role.UNIT_HEAD:
            return _of_head(session, actor, month)
        case role if role in BELOW:
            return _of_place(session, actor, month)
        case role if role in COUNTY:
            return _of_county(session, month)
    return []


def _of_helper(session: Session, actor: Actor, month: Month) -> list[Task]:
    visits = [
        Task(
            f"联系{one.head_name}({one.place})",
            f"/unit/households/{one.household}/visit",
            month.visit_due,
            "" if one.state is ContactState.NEGLECTED else one.label,
        )
        for one in contacts(session, month.month, helper=actor.place)
        if one.household and one.state is not ContactState.CONTACTED and not one.exempt_reason
    ]
    return visits + [
        Task(
            f"补充{view.household.head_name}的风险点和需解决的事",
            f"/unit/findings/{view.finding.id}",
            month.report_due,
        )
        for view in finding_views(session, actor, month=month.month)
        if view.state is FindingState.DRAFT and not view.finding.struck_on
    ]


def _of_clerk(session: Session, actor: Actor, month: Month) -> list[Task]:
    unit, tasks = actor.place, []
    page = f"/unit/units/{unit}?month={month.month}"
    if left := households_not_contacted(session, month.month, unit=unit):
        tasks.append(Task(f"{len(left)}户本月还没有联系", page + "#neglected", month.visit_due))
    for view in finding_views(session, actor, month=month.month, unit=unit):
        if view.state is FindingState.DRAFT and not view.finding.struck_on:
            tasks.append(
                Task(
                    f"{view.household.head_name}待补充",
                    f"/unit/findings/{view.finding.id}",
                    month.report_due,
                )
            )
    unsent = [
        view
        for view in finding_views(session, actor, month=month.month, unit=unit)
        if view.state in OPEN
    ]
    status = unit_statuses(session, month.month, unit)
    if (
        status
        and not status[0].exempt_reason
        and (unsent or not lists_of(session, unit, month.month))
    ):
        tasks.append(Task("报送本月名单(没有风险的,零报告)", page + "#list", month.report_due))
    return tasks


def _of_head(session: Session, actor: Actor, month: Month) -> list[Task]:
    waiting = [one for one in lists_of(session, actor.place, month.month) if one.signed_on is None]
    return [
        Task(
            "签发本月名单" if one.supplement == 0 else f"签发补报{one.supplement}",
            f"/unit/lists/{actor.place}/{month.month}",
            month.report_due,
        )
        for one in waiting
    ]


def _of_place(session: Session, actor: Actor, month: Month) -> list[Task]:
    told = notices(session, actor, month.month)
    return [Task(f"知悉:帮扶单位本月报告了{len(told)}户", "/unit/notices")] if told else []


def _of_county(session: Session, month: Month) -> list[Task]:
    statuses = unit_statuses(session, month.month)
    silent = [
        one
        for one in statuses
        if one.timeliness in ("waiting", "missing") and not one.exempt_reason
    ]
    if not silent:
        return []
    names = "、".join(one.name for one in silent[:5]) + ("等" if len(silent) > 5 else "")
    return [
        Task(
            f"{len(silent)}家单位还没有签发本月名单",
            f"/unit/months/{month.month}",
            month.report_due,
            names,
        )
    ]
