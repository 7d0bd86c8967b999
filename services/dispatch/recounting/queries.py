"""Which running due days would move: the State Council has published a year, or the county has mended
its calendar (F-16; `rulebook/calendar.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.procedure import reading
from kit.procedure.reading import Past
from schemas.codes import OrderClock
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.procedure import ACCEPT, ORDER, SOLVE
from services.dispatch.orders.queries import OPEN
from services.dispatch.orders.rules import Action

SETTING = {
    Action.ACCEPT,
    *(action for clock in ORDER.clocks for action in (*clock.starts, *clock.by_hand)),
}


@dataclass(frozen=True)
class Move:
    """One due day; `field` is the order's, `clock` None: until when it may be returned."""

    order: Order
    clock: OrderClock | None
    field: str
    old: date
    new: date

    @property
    def title(self) -> str:
        return self.order.number

    @property
    def label(self) -> str:
        return self.clock.label if self.clock else Action.RETURN.label


def moves(session: Session, on: date) -> list[Move]:
    """By order, then in the order of its clocks. A day that would be over already is left."""
    orders = session.exec(
        select(Order).where(col(Order.state).in_(OPEN)).order_by(Order.number)
    ).all()
    history = _history(session, [order.id for order in orders])
    return [
        move
        for order in orders
        for move in _of(session, order, history.get(order.id, []))
        if move.new >= on
    ]


def moves_of(session: Session, order: Order, on: date) -> list[Move]:
    events = _history(session, [order.id]).get(order.id, [])
    return [move for move in _of(session, order, events) if move.new >= on]


def _history(session: Session, orders: Sequence[str]) -> dict[str, list[OrderEvent]]:
    """Order → what set its clocks going, oldest first."""
    statement = select(OrderEvent).where(
        col(OrderEvent.order).in_(orders), col(OrderEvent.action).in_(SETTING)
    )
    history: dict[str, list[OrderEvent]] = {}
    for event in session.exec(statement.order_by(col(OrderEvent.id))):
        history.setdefault(event.order, []).append(event)
    return history


def _of(session: Session, order: Order, events: Sequence[OrderEvent]) -> Iterable[Move]:
    terms = orders_queries.terms(session, order)
    accepted = terms.pack.dispatch.clock_start == "ACCEPTED"
    past = [past for event in events for past in _past(event, accepted)]
    for clock, day in reading.recounted(ORDER, order, terms, past).items():
        if old := clock.due(order):
            yield Move(order, OrderClock(clock.code), clock.field, old, day)
    if ACCEPT in ORDER.state_of(order).clocks and order.issued_on and order.return_due:
        day = terms.due("dispatch.return_limit", order.issued_on, order)
        if day != order.return_due:
            yield Move(order, None, "return_due", order.return_due, day)


def _past(event: OrderEvent, accepted: bool) -> Iterable[Past]:
    """What set clocks going: where the place counts from the acceptance, that is an issue; a day that
    a meeting set with its decision, and that stood when it came back, is set by hand.
    """
    issues = accepted and event.action is Action.ACCEPT
    yield Past(event.on, Action.ISSUE if issues else event.action, event.text)
    if event.clock is OrderClock.SOLVE and event.action in SOLVE.starts:
        yield Past(event.on, Action.MOVE_DUE, event.text)
