"""Orders at a department that ended and joined none: the office gives them to another."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.database.rows import named
from kit.tasks import Task
from services.dispatch.closings.policy import policy
from services.dispatch.closings.queries import to_reroute


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    if not policy.may(actor, "reroute_order"):
        return []
    return [
        Task(
            f"{order.number}：承办部门已撤并，请改派",
            f"/dispatch/closings/orders/{order.id}",
            order.report_due if order.reported_on is None else order.solve_due,
            kind="reroute",
            urgent=order.urgent,
            objects=tuple(filter(None, [named(order)])),
        )
        for order in to_reroute(session)
    ]
