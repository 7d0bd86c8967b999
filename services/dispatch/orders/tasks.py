"""Orders that wait for somebody, as their table says; and those that went up to the county's leader."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.procedure import reading
from kit.tasks import Task
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.policy import policy
from services.dispatch.orders.procedure import ORDER


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """The actor's own; of the county's leader those that a second return or silence sent up."""
    if policy.may(actor, "escalated_orders"):
        return _escalated(session, on)
    states = ORDER.states_owed_by(actor.role)
    if not states:
        return []
    visible = policy.visible(actor, "orders", Order)
    orders = session.exec(select(Order).where(visible, col(Order.state).in_(states))).all()
    names = queries.place_names(session, orders)
    owed = [_owed(session, order, actor, on, _title(order, names)) for order in orders]
    return [task for task in owed if task]


def _owed(session: Session, order: Order, actor: Actor, on: date, title: str) -> Task | None:
    """What the actor owes now. The village that has let its day pass may still answer, so it finds
    its task beside the office, which has to look then.
    """
    passed = ORDER.owed(order, on)
    days = [on, passed.due] if passed and passed.late and passed.due else [on]
    tasks = (
        reading.task(
            ORDER,
            order,
            actor,
            day,
            title=title,
            href=f"/dispatch/orders/{order.id}",
            notes=["待联席会议"] if order.for_meeting else [],
            urgent=order.urgent,
            terms=queries.terms(session, order),
        )
        for day in days
    )
    return next((task for task in tasks if task), None)


def _escalated(session: Session, on: date) -> list[Task]:
    orders = queries.escalated(session)
    names = queries.place_names(session, orders)
    return [
        Task(
            _title(order, names),
            f"/dispatch/orders/{order.id}",
            order.solve_due,
            "第二次退回，待联席会议" if order.for_meeting else "逾期已升级",
            kind="escalated",
            urgent=order.urgent,
        )
        for order in orders
    ]


def _title(order: Order, names: dict[str, str]) -> str:
    return f"{order.number} {names[order.village]} {order.gap_item.label}"
