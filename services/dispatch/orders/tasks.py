"""Orders that wait for somebody, as their table says."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.procedure import reading
from kit.tasks import Task
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.procedure import ORDER


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
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


def _title(order: Order, names: dict[str, str]) -> str:
    return f"{order.number} {names[order.village]} {order.gap_item.label}"
