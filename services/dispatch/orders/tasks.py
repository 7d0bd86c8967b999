"""Orders that wait for somebody, as their table says; and those that went up to the county's leader."""

from datetime import date

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.procedure import Clock, reading
from kit.tasks import Task
from schemas.codes import DirectoryKind
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.policy import policy
from services.dispatch.orders.procedure import DEPARTMENT, OFFICE, ORDER


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """The actor's own; the county's leader is told of those that a second return or silence sent
    up: their owners keep them.
    """
    if policy.may(actor, "escalated_orders"):
        return _escalated(session, on)
    ended = queries.ended_villages(session)
    orders = session.exec(queries.owed_by(actor, ended)).all()
    names = queries.place_names(session, orders)
    owed = [
        reading.task(
            ORDER,
            order,
            actor,
            on,
            title=_title(order, names),
            href=f"/dispatch/orders/{order.id}",
            notes=["待联席会议"] if order.for_meeting else [],
            urgent=order.urgent,
            terms=queries.terms(session, order),
            ended=ended,
        )
        for order in orders
    ]
    return [task for task in owed if task]


def _escalated(session: Session, on: date) -> list[Task]:
    went_up = queries.escalated(session)
    names = queries.place_names(session, (order for order, _ in went_up))
    codes = (order.department for order, _ in went_up)
    departments = directory.names(session, DirectoryKind.DEPARTMENT, codes)
    return [
        Task(
            _title(order, names),
            f"/dispatch/orders/{order.id}",
            clock.due(order) if clock else None,
            _why(clock, departments.get(order.department or "", "")),
            kind="escalated",
            urgent=order.urgent,
            provisional=queries.is_provisional(session, clock.due(order) if clock else None),
        )
        for order, clock in went_up
    ]


def _why(clock: Clock | None, department: str) -> str:
    """Whose day has passed, as the leader reads it."""
    if clock is None:
        return "第二次退回，待联席会议"
    who = {DEPARTMENT: department, OFFICE: OFFICE.label}.get(clock.owner, "")
    return f"{who}{clock.then}，已升级"


def _title(order: Order, names: dict[str, str]) -> str:
    return f"{order.number} {names[order.village]} {order.gap_item.label}"
