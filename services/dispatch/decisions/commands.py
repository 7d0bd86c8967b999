"""What the office and the village do with an order: decide a return, confirm, close, re-open, move
a due date.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, select

from kit.actor import Actor
from kit.behalf import Behalf
from kit.dates import show_day
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from schemas.codes import Coded, OrderClock, OrderNotice, OrderState
from schemas.dispatch import (
    HelpCompleted,
    OrderClosed,
    OrderConfirmed,
    OrderDoubted,
    OrderDueMoved,
    OrderReopened,
    OrderReturnAgreed,
    OrderReturnRefused,
)
from services.dispatch import service
from services.dispatch.decisions.policy import policy
from services.dispatch.departments import queries as departments_queries
from services.dispatch.issuing.commands import chosen, issue
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.commands import demand, due_of, enter, facts, take, tell_changed
from services.dispatch.orders.models import Order
from services.dispatch.orders.procedure import ORDER, SOLVE
from services.dispatch.orders.rules import Action


def decide_return(
    session: Session,
    order_id: str,
    *,
    agree: bool,
    reason: str | None = None,
    department: str | None = None,
    co_handlers: Sequence[str] = (),
    question: str | None = None,
    actor: Actor,
    on: date,
) -> Order:
    """裁定退回 (B-29). Refused: issued again as it was, the first due dates stand (GT-23). Agreed:
    issued elsewhere with new clocks; a late decision is the office's own lateness (GT-21).
    """
    action = Action.AGREE_RETURN if agree else Action.REFUSE_RETURN
    order = take(session, order_id)
    policy.require(actor, "decide_return", order)
    ORDER.require(order, action)
    late = orders_rules.is_late(on, order.decide_due)
    order.decided_late = order.decided_late or late
    if not agree:
        if order.department in departments_queries.gone(session):
            raise Refused("承办部门已撤销，不能退给它继续办，请同意退回并改派其他部门。")
        reason = demand(reason, "不同意退回要写明理由。")
        enter(session, order, action, actor=actor, on=on, text=reason, late=late)
        emit(session, OrderReturnRefused(**facts(order, on), reason=reason, decided_late=late))
        tell_changed(session, order, OrderNotice.RETURN_REFUSED, on=on, reason=reason)
        return order
    route = chosen(session, department or order.proposed or "", co_handlers)
    if route.primary == order.department:
        raise Refused("同意退回要改派另一个部门；仍由原部门办理请选“不同意退回”。")
    enter(session, order, action, actor=actor, on=on, text=reason or "", late=late)
    emit(session, OrderReturnAgreed(**facts(order, on), decided_late=late))
    order.question = (question or "").strip() or order.question
    issue(session, order, route, actor=actor, on=on)
    return order


def confirm_help(
    session: Session,
    order_id: str,
    *,
    received: bool,
    note: str = "",
    actor: Actor,
    on: date,
    on_behalf: Behalf | None = None,
) -> Order:
    """The village says whether the help really came; if not, the order is under way again with the
    rework limit.
    """
    action = Action.CONFIRM if received else Action.DOUBT
    order = take(session, order_id)
    name = policy.require(actor, "confirm_help", order, on_behalf=on_behalf)
    ORDER.require(order, action)
    if not received:
        note = demand(note, "没有落实要写明实际情况。")
    if reply := orders_queries.latest_reply(session, order.id):
        reply.received, reply.received_on, reply.received_note = received, on, note
    late = orders_rules.is_late(on, order.confirm_due)
    if received:
        order.confirmed_on = on
        enter(session, order, action, actor=actor, on=on, text=note, late=late, on_behalf=name)
        emit(session, OrderConfirmed(**facts(order, on)))
        return order
    _rework(session, order, action, actor=actor, on=on, text=note, late=late, on_behalf=name)
    emit(session, OrderDoubted(**facts(order, on), solve_due=due_of(order, OrderClock.SOLVE)))
    tell_changed(session, order, OrderNotice.DOUBTED, on=on)
    return order


def confirm_by_office(
    session: Session, order_id: str, *, note: str, actor: Actor, on: date
) -> Order:
    """After the village's silence the office looks itself."""
    order = take(session, order_id)
    policy.require(actor, "confirm_by_office", order)
    ORDER.require(order, Action.CONFIRM_BY_OFFICE)
    is_left = order.village in orders_queries.ended_villages(session)
    if not is_left and not orders_rules.is_late(on, order.confirm_due):
        until = show_day(order.confirm_due)
        raise Conflict(f"村里的核实期限到{until}，期满未答复才由牵头部门核实。")
    note = demand(note, "请写明怎样核实的。")
    order.confirmed_on = on
    enter(session, order, Action.CONFIRM_BY_OFFICE, actor=actor, on=on, text=note)
    emit(session, OrderConfirmed(**facts(order, on), by_office=True))
    return order


def _rework(
    session: Session,
    order: Order,
    action: Action,
    *,
    actor: Actor,
    on: date,
    text: str,
    late: bool = False,
    on_behalf: str | None = None,
) -> None:
    """Under way again: what was solved or confirmed is not. A day that office or meeting set stays,
    unless the rework limit is later.
    """
    limit = orders_queries.terms(session, order).due(SOLVE.starts[action], on, order)
    day = orders_queries.solve_day_set(session, order)
    order.reworks += 1
    order.solved_on = order.confirmed_on = order.not_solved_since = None
    enter(
        session,
        order,
        action,
        actor=actor,
        on=on,
        text=text,
        late=late,
        on_behalf=on_behalf,
        set_day=day if day and day >= limit else None,
    )


def close_order(
    session: Session, order_id: str, *, note: str = "", actor: Actor, on: date
) -> Order:
    """办结. When all orders of the case are closed, its help is complete (GT-27)."""
    order = take(session, order_id)
    policy.require(actor, "close_order", order)
    ORDER.require(order, Action.CLOSE)
    order.closed_on, order.for_meeting = on, False
    late = orders_rules.is_late(on, order.close_due)
    enter(session, order, Action.CLOSE, actor=actor, on=on, text=note, late=late)
    assert order.first_issued_on is not None
    days = service.calendar(session).working_days_between(order.first_issued_on, on)
    emit(session, OrderClosed(**facts(order, on), days=days))
    tell_changed(
        session, order, OrderNotice.CLOSED, on=on, to=[order.department or "", *order.co_handlers]
    )
    if _all_closed(session, order.case):
        emit(session, HelpCompleted(case=order.case, household=order.household, on=on))
    return order


def _all_closed(session: Session, case: str) -> bool:
    # locked, so that of two last orders closed at once one sees the other
    orders = session.exec(
        select(Order)
        .where(Order.case == case)
        .order_by(Order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return all(order.state is OrderState.CLOSED for order in orders)


def reopen_order(session: Session, order_id: str, *, reason: str, actor: Actor, on: date) -> Order:
    """The office is not content with an answer: under way again with the rework limit."""
    order = take(session, order_id)
    policy.require(actor, "reopen_order", order)
    ORDER.require(order, Action.REOPEN)
    reason = demand(reason, "重新办理要写明理由。")
    _rework(session, order, Action.REOPEN, actor=actor, on=on, text=reason)
    emit(
        session,
        OrderReopened(**facts(order, on), reason=reason, solve_due=due_of(order, OrderClock.SOLVE)),
    )
    tell_changed(session, order, OrderNotice.REOPENED, on=on, reason=reason)
    return order


def move_solve_due(
    session: Session, order_id: str, *, due: date, reason: str, actor: Actor, on: date
) -> Order:
    """The office alone moves the day by which it must be solved, with a reason; the first one stays
    on record (B-30).
    """
    order = take(session, order_id)
    policy.require(actor, "move_solve_due", order)
    ORDER.require(order, Action.MOVE_DUE)
    reason = demand(reason, "调整解决时限要写明理由。")
    if due < on:
        raise Refused("新的解决时限不能早于今天。")
    text = f"{show_day(order.solve_due)} → {show_day(due)}；{reason}"
    order.not_solved_since = None
    dues: dict[Coded, date] = {OrderClock.SOLVE: due}
    enter(session, order, Action.MOVE_DUE, actor=actor, on=on, text=text, dues=dues)
    provisional = orders_queries.provisional_clocks(session, order)
    emit(
        session,
        OrderDueMoved(**facts(order, on), solve_due=due, reason=reason, provisional=provisional),
    )
    tell_changed(session, order, OrderNotice.DUE_MOVED, on=on, reason=reason)
    return order
