"""What a department does with its order: accept, return, report. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.behalf import Behalf
from kit.dates import show_day
from kit.errors import Conflict, Refused
from kit.forms.receiving import receive
from kit.messaging.outbox import emit
from schemas.codes import Coded, DirectoryKind, OrderClock, OrderNotice, OrderState
from schemas.dispatch import OrderAccepted, OrderReported, OrderReturned, OrderReturnRefused
from schemas.values import Receipt
from services.dispatch import service
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.commands import (
    demand,
    due_of,
    enter,
    facts,
    record,
    take,
    tell_changed,
)
from services.dispatch.orders.models import Order, Reply
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action
from services.dispatch.replies.forms import ReplyDraft
from services.dispatch.replies.policy import policy


def accept_order(
    session: Session,
    order_id: str,
    *,
    actor: Actor,
    on: date,
    on_behalf: Behalf | None = None,
    handler: str | None = None,
) -> Order:
    """签收 (B-31): late is taken too. `handler`: who deals with it at the department (BH-09)."""
    order = take(session, order_id)
    name = policy.require(actor, "accept_order", order, on_behalf=on_behalf)
    ORDER.require(order, Action.ACCEPT)
    _accept(session, order, actor, on, name, handler)
    return order


def _accept(
    session: Session,
    order: Order,
    actor: Actor,
    on: date,
    on_behalf: str | None,
    handler: str | None = None,
) -> None:
    order.accepted_on, late = on, orders_rules.is_late(on, order.accept_due)
    dues = _clocks_from_acceptance(session, order, on)
    enter(
        session,
        order,
        Action.ACCEPT,
        actor=actor,
        on=on,
        text=_handled_by(handler),
        late=late,
        on_behalf=on_behalf,
        dues=dues,
    )
    emit(
        session,
        OrderAccepted(
            **facts(order, on), late=late, report_due=order.report_due, solve_due=order.solve_due
        ),
    )


def _joined(*parts: str) -> str:
    return "；".join(filter(None, parts))


def _handled_by(handler: str | None) -> str:
    return f"经办：{handler}" if handler else ""


def _clocks_from_acceptance(session: Session, order: Order, on: date) -> dict[Coded, date]:
    """Both clocks begin with the acceptance where the place says so, against B-29; a day that
    somebody set stays.
    """
    starts = service.pack_of(session, order.pack_ref).dispatch.clock_start
    if starts != "ACCEPTED" or order.reported_on is not None:
        return {}
    terms = orders_queries.terms(session, order)
    limits = {OrderClock.REPORT: "dispatch.report_limit", OrderClock.SOLVE: "dispatch.solve_limit"}
    if orders_queries.solve_day_set(session, order):
        del limits[OrderClock.SOLVE]
    return {clock: terms.due(key, on, order) for clock, key in limits.items()}


def return_order(
    session: Session,
    order_id: str,
    *,
    reason: str,
    proposed: str | None = None,
    actor: Actor,
    on: date,
    on_behalf: Behalf | None = None,
    handler: str | None = None,
) -> Order:
    """退回, with a reason and a better address. A second return is refused and goes to the joint
    meeting, once; the order stays where it is (B-29, GT-23).
    """
    order = take(session, order_id)
    name = policy.require(actor, "return_order", order, on_behalf=on_behalf)
    ORDER.require(order, Action.RETURN)
    reason = demand(reason, "请写明退回理由。")
    if proposed and proposed not in departments_queries.active_departments(session):
        why = departments_queries.why_unknown(session, proposed)
        raise Refused(f"{why}，请另选建议的部门。")
    most = orders_queries.most_returns(session, order)
    if not orders_rules.may_still_return(order.returns, most):
        if order.for_meeting:
            raise Conflict(
                "退回次数已用完，再退回不予受理；您的异议已提交联席会议，会前仍由贵单位办理。"
            )
        return _refuse_again(session, order, reason, actor, on, name, handler)
    if orders_rules.is_late(on, order.return_due):
        raise Conflict(
            f"退回时限是{show_day(order.return_due)}，已经过了。请先签收，确有争议请联系县级牵头部门。"
        )
    order.return_reason, order.proposed = reason, proposed
    return _give_back(session, order, reason, actor, on, name, handler)


def _give_back(
    session: Session,
    order: Order,
    reason: str,
    actor: Actor,
    on: date,
    on_behalf: str | None,
    handler: str | None,
) -> Order:
    order.returns += 1
    name = order.proposed and directory.name(session, DirectoryKind.DEPARTMENT, order.proposed)
    text = _joined(reason, f"建议部门：{name}" if name else "", _handled_by(handler))
    enter(session, order, Action.RETURN, actor=actor, on=on, text=text, on_behalf=on_behalf)
    emit(
        session,
        OrderReturned(
            **facts(order, on),
            reason=reason,
            proposed=order.proposed,
            decide_by=due_of(order, OrderClock.DECIDE),
        ),
    )
    return order


def _refuse_again(
    session: Session,
    order: Order,
    reason: str,
    actor: Actor,
    on: date,
    on_behalf: str | None,
    handler: str | None,
) -> Order:
    order.for_meeting = True
    text = _joined(
        f"退回次数已用完，再退回不予受理，提交联席会议；理由：{reason}", _handled_by(handler)
    )
    record(session, order, Action.REFUSE_RETURN, actor=actor, on=on, text=text, on_behalf=on_behalf)
    emit(session, OrderReturnRefused(**facts(order, on), reason=reason, for_meeting=True))
    tell_changed(session, order, OrderNotice.NO_MORE_RETURNS, on=on, reason=reason)
    return order


def report_order(
    session: Session,
    order_id: str,
    draft: ReplyDraft,
    *,
    actor: Actor,
    on: date,
    on_behalf: Behalf | None = None,
    received_on: date | None = None,
    entry_reason: str | None = None,
) -> Order:
    """反馈 (D-08, D11). The first report stops the report clock, whatever it says (GT-29); on an
    order not yet accepted it counts as acceptance too. `received_on`: when a paper came to the
    office, entered later with a reason (补录).
    """
    action = orders_rules.action_of(draft.result)
    order = take(session, order_id)
    name = policy.require(actor, "report_order", order, on_behalf=on_behalf)
    ORDER.require(order, action)
    receivers = policy["date_receipt"].roles
    came = receive(on, received_on, entry_reason, actor=actor, receivers=receivers)
    on = came.on
    if missing := orders_rules.lacks(draft.result, draft.explanation, draft.expected_on, on):
        raise Refused(missing)
    if order.state is OrderState.ISSUED:
        _accept(session, order, actor, on, name, draft.handler)
    late = orders_rules.is_late(on, order.solve_due if order.reported_on else order.report_due)
    _settle_report(order, draft, late, on)
    session.add(_reply(order, draft, late, actor, on))
    text = _in_history(order, draft, came)
    enter(session, order, action, actor=actor, on=on, text=text, late=late, on_behalf=name)
    emit(
        session,
        OrderReported(
            **facts(order, on), result=draft.result, late=late, expected_on=order.expected_on
        ),
    )
    return order


def _settle_report(order: Order, draft: ReplyDraft, late: bool, on: date) -> None:
    action = orders_rules.action_of(draft.result)
    if order.reported_on is None:
        order.reported_on, order.report_late = on, late
    order.not_reported_since = None
    order.result = draft.result
    order.expected_on = draft.expected_on if action is Action.PLAN else None
    if action is Action.SOLVE:
        order.solved_on = on
    if action is not Action.PLAN:
        order.not_solved_since = None


def _reply(order: Order, draft: ReplyDraft, late: bool, actor: Actor, on: date) -> Reply:
    signed = draft.head_signed or policy.may(actor, "sign_report", order)
    return Reply(
        order=order.id,
        department=order.department or "",
        attempt=order.attempt,
        on=on,
        late=late,
        **draft.model_dump() | {"head_signed": signed},
    )


def _in_history(order: Order, draft: ReplyDraft, came: Receipt) -> str:
    expected = f"；预计{show_day(order.expected_on)}完成" if order.expected_on else ""
    entered = f"（补录：{show_day(came.entered_on)}录入，{came.reason}）" if came.entered_on else ""
    return f"{draft.result.label}：{draft.explanation}{expected}{entered}"


def report_progress(
    session: Session,
    order_id: str,
    *,
    text: str,
    actor: Actor,
    on: date,
    on_behalf: Behalf | None = None,
    handler: str | None = None,
) -> Order:
    """A note on the way; it meets no due date and moves none."""
    order = take(session, order_id)
    name = policy.require(actor, "report_progress", order, on_behalf=on_behalf)
    ORDER.require(order, Action.PROGRESS)
    text = _joined(demand(text, "请写明进展情况。"), _handled_by(handler))
    record(session, order, Action.PROGRESS, actor=actor, on=on, text=text, on_behalf=name)
    return order
