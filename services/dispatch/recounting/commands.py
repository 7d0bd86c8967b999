"""Running due days follow the calendar. Nobody here commits."""

from datetime import date
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict
from kit.messaging.outbox import emit
from schemas.codes import Coded, OrderClock, OrderNotice
from schemas.dispatch import OrderDuesRecounted
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders.commands import enter, facts, take, tell_changed
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Action
from services.dispatch.recounting import queries
from services.dispatch.recounting.policy import policy


def recount_dues(session: Session, *, actor: Actor, on: date) -> int:
    """Move every running due day that the present calendar puts elsewhere (F-16); each order's history
    and departments are told. Returns how many orders.
    """
    orders = dict.fromkeys(move.order.id for move in queries.moves(session, on))
    if not orders:
        raise Conflict("没有要按日历调整的时限。")
    return sum(_recount(session, take(session, order), actor, on) for order in orders)


def _recount(session: Session, order: Order, actor: Actor, on: date) -> bool:
    policy.require(actor, "recount_dues", order)
    moves = queries.moves_of(session, order, on)
    if not moves:
        return False
    dues: dict[Coded, date] = {move.clock: move.new for move in moves if move.clock}
    days: dict[str, Any] = {move.field: move.new for move in moves}
    order.return_due = days.get("return_due", order.return_due)
    if OrderClock.REPORT in dues:
        order.not_reported_since = None
    if OrderClock.SOLVE in dues:
        order.not_solved_since = None
    text = "；".join(
        f"{move.label}时限{show_day(move.old)} → {show_day(move.new)}" for move in moves
    )
    enter(session, order, Action.FOLLOW_CALENDAR, actor=actor, on=on, text=text, dues=dues)
    provisional = orders_queries.provisional_clocks(session, order)
    emit(session, OrderDuesRecounted(**facts(order, on), **days, provisional=provisional))
    tell_changed(session, order, OrderNotice.RECOUNTED, on=on, reason=text)
    return True
