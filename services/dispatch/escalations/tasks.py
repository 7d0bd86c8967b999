"""The county's leader is told of what went up: its owner keeps it, so no row stands behind these."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.tasks import Task
from services.dispatch.escalations import queries
from services.dispatch.escalations.queries import WentUp
from services.dispatch.orders.policy import policy
from services.dispatch.orders.queries import is_provisional


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "escalated_orders"):
        return []
    return [_task(session, row) for row in queries.escalated(session, on)]


def _task(session: Session, row: WentUp) -> Task:
    order, due = row.order, row.late.due(row.order) if row.late else None
    return Task(
        f"{order.number} {row.village} {order.gap_item.label}",
        f"/dispatch/orders/{order.id}",
        due,
        f"{_why(row)}；{_what_to_do(row)}",
        kind="escalated",
        urgent=order.urgent,
        provisional=is_provisional(session, due),
    )


def _why(row: WentUp) -> str:
    """Whose day has passed, as the leader reads it."""
    return f"{row.whose}{row.late.then}，已升级" if row.late else "第二次退回，待联席会议决定"


def _what_to_do(row: WentUp) -> str:
    """Whose it is; what the leader may do."""
    if row.late is None:
        return f"会前由{row.owner}办理"
    if row.meets_on:
        paper = "，您可打印督办单督办" if row.urged else ""
        return f"由{row.owner}办理，已列入{show_day(row.meets_on)}联席会议议程{paper}"
    paper = "打印督办单督办，或" if row.urged else ""
    return f"由{row.owner}办理，您可{paper}请牵头部门列入联席会议"
