"""What the office and the village do with an order: decide a return, confirm, close, re-open, move
a due date.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, select

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from rulebook.limits import due
from schemas.codes import OrderState
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
from services.dispatch.issuing.commands import chosen, issue
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.commands import (
    demand,
    enter,
    facts,
    take_for_office,
    take_for_village,
    tell_changed,
)
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Deed


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
    deed = Deed.AGREE_RETURN if agree else Deed.REFUSE_RETURN
    order = take_for_office(session, order_id, deed, actor)
    late = orders_rules.is_late(on, order.decide_due)
    order.decided_late = order.decided_late or late
    if not agree:
        reason = demand(reason, "不同意退回要写明理由。")
        enter(session, order, deed, actor=actor, on=on, text=reason, late=late)
        emit(session, OrderReturnRefused(**facts(order, on), reason=reason, decided_late=late))
        tell_changed(session, order, "退回未同意,仍由贵单位办理,原时限不变", on=on, reason=reason)
        return order
    route = chosen(session, department or order.proposed or "", co_handlers)
    if route.primary == order.department:
        raise Refused("同意退回要改派另一个部门;仍由原部门办理请选“不同意退回”。")
    enter(session, order, deed, actor=actor, on=on, text=reason or "", late=late)
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
    on_behalf: str | None = None,
) -> Order:
    """The village says whether the help really came; if not, the order is under way again with the
    rework limit.
    """
    deed = Deed.CONFIRM if received else Deed.DOUBT
    order = take_for_village(session, order_id, deed, actor, on_behalf)
    if not received:
        note = demand(note, "没有落实要写明实际情况。")
    if reply := orders_queries.latest_reply(session, order.id):
        reply.received, reply.received_on, reply.received_note = received, on, note
    late = orders_rules.is_late(on, order.confirm_due)
    if received:
        _confirmed(session, order, on)
        enter(session, order, deed, actor=actor, on=on, text=note, late=late, on_behalf=on_behalf)
        emit(session, OrderConfirmed(**facts(order, on)))
        return order
    solve_due = _rework(session, order, on)
    enter(session, order, deed, actor=actor, on=on, text=note, late=late, on_behalf=on_behalf)
    emit(session, OrderDoubted(**facts(order, on), solve_due=solve_due))
    tell_changed(session, order, "村里核实尚未落实,请继续办理", on=on)
    return order


def confirm_by_office(
    session: Session, order_id: str, *, note: str, actor: Actor, on: date
) -> Order:
    """After the village's silence the office looks itself."""
    order = take_for_office(session, order_id, Deed.CONFIRM_BY_OFFICE, actor)
    if not orders_rules.is_late(on, order.confirm_due):
        raise Conflict(f"村里的核实期限到{order.confirm_due},期满未答复才由牵头部门核实。")
    note = demand(note, "请写明怎样核实的。")
    _confirmed(session, order, on)
    enter(session, order, Deed.CONFIRM_BY_OFFICE, actor=actor, on=on, text=note)
    emit(session, OrderConfirmed(**facts(order, on), by_office=True))
    return order


def _confirmed(session: Session, order: Order, on: date) -> None:
    order.confirmed_on = on
    limit = service.pack_of(session, order.pack_ref).dispatch.close_limit
    order.close_due = due(on, limit, service.calendar(session))


def _rework(session: Session, order: Order, on: date) -> date:
    """The new day by which it must be solved."""
    order.reworks += 1
    order.solved_on = order.confirmed_on = order.not_solved_since = None
    limit = service.pack_of(session, order.pack_ref).dispatch.rework_limit
    order.solve_due = solve_due = due(on, limit, service.calendar(session))
    return solve_due


def close_order(
    session: Session, order_id: str, *, note: str = "", actor: Actor, on: date
) -> Order:
    """办结. When all orders of the case are closed, its help is complete (GT-27)."""
    order = take_for_office(session, order_id, Deed.CLOSE, actor)
    order.closed_on, order.for_meeting = on, False
    late = orders_rules.is_late(on, order.close_due)
    enter(session, order, Deed.CLOSE, actor=actor, on=on, text=note, late=late)
    assert order.first_issued_on is not None
    days = service.calendar(session).working_days_between(order.first_issued_on, on)
    emit(session, OrderClosed(**facts(order, on), days=days))
    tell_changed(session, order, "已办结", on=on, to=[order.department or "", *order.co_handlers])
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
    order = take_for_office(session, order_id, Deed.REOPEN, actor)
    reason = demand(reason, "重新办理要写明理由。")
    solve_due = _rework(session, order, on)
    enter(session, order, Deed.REOPEN, actor=actor, on=on, text=reason)
    emit(session, OrderReopened(**facts(order, on), reason=reason, solve_due=solve_due))
    tell_changed(session, order, "退回重新办理", on=on, reason=reason)
    return order


def move_solve_due(
    session: Session, order_id: str, *, due: date, reason: str, actor: Actor, on: date
) -> Order:
    """The office alone moves the day by which it must be solved, with a reason; the first one stays
    on record (B-30).
    """
    order = take_for_office(session, order_id, Deed.MOVE_DUE, actor)
    reason = demand(reason, "调整解决时限要写明理由。")
    if due < on:
        raise Refused("新的解决时限不能早于今天。")
    text = f"{order.solve_due} → {due};{reason}"
    order.solve_due, order.not_solved_since = due, None
    enter(session, order, Deed.MOVE_DUE, actor=actor, on=on, text=text)
    emit(session, OrderDueMoved(**facts(order, on), solve_due=due, reason=reason))
    tell_changed(session, order, "解决时限已调整", on=on, reason=reason)
    return order
