"""What each of us has to do now."""

from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import Role
from services.village.findings.queries import to_review, unsent, urgent_unsigned
from services.village.lists.queries import villages_without_list
from services.village.months.models import Month
from services.village.months.queries import latest_month, reminders, reporter, reporters
from services.village.months.rules import Reporter
from services.village.rechecks.queries import rechecks
from services.village.register.queries import register_tasks
from services.village.scopes import scope_of
from services.village.townships.queries import unsigned_lists


def desk(session: Session, actor: Actor, on: date) -> list[Task]:
    """Open tasks of an actor, each with one due date; a helper's or department's lie elsewhere."""
    month = latest_month(session, on)
    do: dict[Role, Callable[[Session, Actor, Month, date], list[Task]]] = {
        Role.GROUP_LEADER: _leader,
        Role.VILLAGE_CLERK: _village,
        Role.TOWNSHIP_CLERK: _township_clerk,
        Role.TOWNSHIP_HEAD: _township,
        Role.COUNTY_CLERK: _county,
    }
    if actor.role not in do:
        return []
    if month is None:
        return _not_begun(actor)
    return sorted(do[actor.role](session, actor, month, on), key=lambda task: task.due or date.max)


def reminded(session: Session, month: Month, kind: Reporter, code: str) -> str:
    found = reminders(session, month.month, kind, code)
    return f"已提醒{len(found)}次" if found else ""


def _not_begun(actor: Actor) -> list[Task]:
    return [Task("先导入区划、村民小组和农户信息", "/")] if actor.role is Role.COUNTY_CLERK else []


def _leader(session: Session, actor: Actor, month: Month, on: date) -> list[Task]:
    row = reporter(session, month.month, Reporter.GROUP, actor.place)
    if not row.expected:
        return []
    note = reminded(session, month, Reporter.GROUP, actor.place)
    return [Task("本月摸排还没有报", "/village/", row.due, note)]


def _village(session: Session, actor: Actor, month: Month, on: date) -> list[Task]:
    href, tasks = f"/village/villages/{actor.place}/{month.month}", []
    row = reporter(session, month.month, Reporter.VILLAGE, actor.place)
    if waiting := to_review(session, month.month, actor.place):
        tasks.append(Task(f"审核摸排情况{len(waiting)}户", href, row.due))
    elif row.reported and unsent(session, month.month, actor.place):
        tasks.append(Task("补充上报新增的农户", href, row.due))
    if row.expected:
        tasks.append(
            Task(
                "上报本月名单(没有情况报零报告)",
                href,
                row.due,
                reminded(session, month, Reporter.VILLAGE, actor.place),
            )
        )
    silent = [
        one for one in reporters(session, month.month, Reporter.GROUP, actor.place) if one.expected
    ]
    if silent and not row.reported:
        tasks.append(
            Task(
                f"催报:还有{len(silent)}个组没有报",
                f"/village/months/{month.month}",
                month.group_due,
            )
        )
    return tasks


def _township(session: Session, actor: Actor, month: Month, on: date) -> list[Task]:
    href, tasks = f"/village/townships/{actor.place}/{month.month}", []
    for urgent in urgent_unsigned(session, actor.place[:9]):
        tasks.append(
            Task(
                f"签发紧急情况:{urgent.head_name}户",
                f"/village/findings/{urgent.id}",
                urgent.urgent_on,
            )
        )
    if lists := unsigned_lists(session, month.month, actor.place):
        tasks.append(
            Task(
                f"复核并签发村级名单{len(lists)}份",
                href,
                month.township_due,
                reminded(session, month, Reporter.TOWNSHIP, actor.place),
            )
        )
    for recheck in rechecks(session, scope_of(actor)):
        tasks.append(
            Task(
                f"答复县里退回的复核{recheck.number}",
                f"/village/rechecks/{recheck.case}",
                recheck.due,
            )
        )
    if missing := villages_without_list(session, month.month, actor.place):
        tasks.append(
            Task(
                f"催报:还有{len(missing)}个村没有报",
                f"/village/months/{month.month}",
                month.village_due,
            )
        )
    return tasks


def _township_clerk(session: Session, actor: Actor, month: Month, on: date) -> list[Task]:
    return _township(session, actor, month, on) + _register(session, actor)


def _county(session: Session, actor: Actor, month: Month, on: date) -> list[Task]:
    silent = [one for one in reporters(session, month.month, Reporter.TOWNSHIP) if one.expected]
    waiting = [
        Task(
            f"还有{len(silent)}个乡镇没有签发报县",
            f"/village/months/{month.month}",
            month.township_due,
        )
    ]
    return (waiting if silent else []) + _register(session, actor)


def _register(session: Session, actor: Actor) -> list[Task]:
    tasks = register_tasks(session, scope_of(actor))
    return [Task(f"核对不在册农户{len(tasks)}户", "/village/register-tasks")] if tasks else []
