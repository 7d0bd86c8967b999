"""What can be told to do. Nobody here commits."""

from datetime import date, datetime

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from rulebook.limits import due
from rulebook.months import local_date
from schemas.codes import OrderState, Role
from schemas.department import (
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from schemas.dispatch import (
    DepartmentReplyRefused,
    OrderAccepted,
    OrderReported,
    OrderReturned,
    OrderReturnRefused,
)
from schemas.values import Receipt
from services.dispatch import service
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.commands import (
    demand,
    enter,
    facts,
    record,
    take,
    take_for_department,
    tell,
    tell_changed,
)
from services.dispatch.orders.models import Order, Reply
from services.dispatch.orders.rules import Deed
from services.dispatch.replies.forms import ReplyDraft


def accept_order(
    session: Session, order_id: str, *, actor: Actor, on: date, on_behalf: str | None = None
) -> Order:
    """签收 (B-31): late is taken too."""
    order = take_for_department(session, order_id, Deed.ACCEPT, actor, on_behalf)
    _accept(session, order, actor, on, on_behalf)
    return order


def _accept(session: Session, order: Order, actor: Actor, on: date, on_behalf: str | None) -> None:
    order.accepted_on, late = on, orders_rules.is_late(on, order.accept_due)
    pack = service.pack_of(session, order.pack_ref)
    if (
        pack.dispatch.clock_start == "ACCEPTED" and order.reported_on is None
    ):  # a place's own rule, against B-29
        clocks = orders_rules.clocks_from(pack, service.calendar(session), order.gap_item, on)
        order.report_due, order.solve_due = clocks.report_due, clocks.solve_due
    enter(session, order, Deed.ACCEPT, actor=actor, on=on, late=late, on_behalf=on_behalf)
    emit(session, OrderAccepted(**facts(order, on), late=late))


def return_order(
    session: Session,
    order_id: str,
    *,
    reason: str,
    proposed: str | None = None,
    actor: Actor,
    on: date,
    on_behalf: str | None = None,
) -> Order:
    """退回, with a reason and a better address. A second return is refused and goes to the joint
    meeting; the order stays where it is (B-29, GT-23).
    """
    order = take_for_department(session, order_id, Deed.RETURN, actor, on_behalf)
    reason = demand(reason, "请写明退回理由。")
    if proposed and proposed not in departments_queries.active_departments(session):
        raise Refused(f"建议的部门“{proposed}”不在部门表中。")
    limits = service.pack_of(session, order.pack_ref).dispatch
    if not orders_rules.may_still_return(order.returns, limits.max_returns):
        return _refuse_again(session, order, reason, actor, on, on_behalf)
    if orders_rules.is_late(on, order.return_due):
        raise Conflict(
            f"退回时限是{order.return_due},已经过了。请先签收,确有争议请联系县级牵头部门。"
        )
    order.returns += 1
    order.return_reason, order.proposed = reason, proposed
    order.decide_due = due(on, limits.return_decision_limit, service.calendar(session))
    text = (
        f"{reason};建议部门:{departments_queries.department_name(session, proposed)}"
        if proposed
        else reason
    )
    enter(session, order, Deed.RETURN, actor=actor, on=on, text=text, on_behalf=on_behalf)
    emit(
        session,
        OrderReturned(
            **facts(order, on), reason=reason, proposed=proposed, decide_by=order.decide_due
        ),
    )
    return order


def _refuse_again(
    session: Session, order: Order, reason: str, actor: Actor, on: date, on_behalf: str | None
) -> Order:
    order.for_meeting = True
    text = f"第二次退回不予受理,提交联席会议;理由:{reason}"
    record(session, order, Deed.REFUSE_RETURN, actor=actor, on=on, text=text, on_behalf=on_behalf)
    emit(session, OrderReturnRefused(**facts(order, on), reason=reason, for_meeting=True))
    tell_changed(
        session, order, "第二次退回不予受理,提交联席会议,仍由贵单位办理", on=on, reason=reason
    )
    return order


def report_order(
    session: Session,
    order_id: str,
    draft: ReplyDraft,
    *,
    actor: Actor,
    on: date,
    on_behalf: str | None = None,
    receipt: Receipt | None = None,
) -> Order:
    """反馈 (D-08, D11). The first report stops the report clock, whatever it says (GT-29); on an
    order not yet accepted it counts as acceptance too. `receipt`: a paper that the office got on
    another day (补录).
    """
    deed = orders_rules.deed_of(draft.result)
    order = take_for_department(session, order_id, deed, actor, on_behalf)
    on, entered = _received(receipt, actor, on)
    if missing := orders_rules.lacks(draft.result, draft.explanation, draft.expected_on, on):
        raise Refused(missing)
    if order.state is OrderState.ISSUED:
        _accept(session, order, actor, on, on_behalf)
    late = orders_rules.is_late(on, order.solve_due if order.reported_on else order.report_due)
    _settle_report(session, order, draft, late, on)
    session.add(
        Reply(
            order=order.id,
            department=order.department or "",
            attempt=order.attempt,
            on=on,
            late=late,
            **draft.model_dump()
            | {"head_signed": draft.head_signed or actor.role is Role.DEPARTMENT_HEAD},
        )
    )
    text = (
        draft.explanation + (f";预计{draft.expected_on}完成" if order.expected_on else "") + entered
    )
    enter(
        session,
        order,
        deed,
        actor=actor,
        on=on,
        text=f"{draft.result.label}:{text}",
        late=late,
        on_behalf=on_behalf,
    )
    emit(
        session,
        OrderReported(
            **facts(order, on), result=draft.result, late=late, expected_on=order.expected_on
        ),
    )
    return order


def _received(receipt: Receipt | None, actor: Actor, on: date) -> tuple[date, str]:
    """The day of receipt, and how the history shows a 补录."""
    if receipt is None or receipt.on == on:
        return on, ""
    actor.require(Role.COUNTY_CLERK, deed="补录收到日期")
    reason = demand(receipt.reason, "补录要写明原因(例如“纸质表9月20日收到”)。")
    if receipt.on > on:
        raise Refused("收到日期不能晚于今天。")
    return receipt.on, f"(补录:{on}录入,{reason})"


def _settle_report(session: Session, order: Order, draft: ReplyDraft, late: bool, on: date) -> None:
    limits = service.pack_of(session, order.pack_ref).dispatch
    calendar = service.calendar(session)
    deed = orders_rules.deed_of(draft.result)
    if order.reported_on is None:
        order.reported_on, order.report_late = on, late
    order.not_reported_since = None
    order.result = draft.result
    order.expected_on = draft.expected_on if deed is Deed.PLAN else None
    if deed is Deed.SOLVE:
        order.solved_on, order.not_solved_since = on, None
        order.confirm_due = due(on, limits.confirm_limit, calendar)
    elif deed is Deed.ANSWER:
        order.not_solved_since = None
        order.close_due = due(on, limits.close_limit, calendar)


def report_progress(
    session: Session,
    order_id: str,
    *,
    text: str,
    actor: Actor,
    on: date,
    on_behalf: str | None = None,
) -> Order:
    """A note on the way; it meets no due date and moves none."""
    order = take_for_department(session, order_id, Deed.PROGRESS, actor, on_behalf)
    text = demand(text, "请写明进展情况。")
    record(session, order, Deed.PROGRESS, actor=actor, on=on, text=text, on_behalf=on_behalf)
    return order


FromDepartment = OrderAcceptedByDepartment | OrderReturnedByDepartment | OrderReportedByDepartment


def take_reply(session: Session, event: FromDepartment, at: datetime) -> None:
    """A department's system answers at `at` (aware). What the order's state does not allow is
    refused and said so; a reply about an order that does not exist is nobody's: `NotFound`.
    """
    order, on = take(session, event.order), local_date(at)
    name = departments_queries.department_name(session, event.department)
    officer = Actor(
        f"department/{event.department}", f"{name}业务系统", Role.DEPARTMENT_CLERK, event.department
    )
    try:
        with session.begin_nested():  # nothing half-written
            _apply(session, event, officer, at)
    except Refused as refusal:
        session.refresh(order)
        record(session, order, Deed.REFUSE_REPLY, actor=officer, on=on, text=str(refusal))
        tell(
            session,
            event.department,
            DepartmentReplyRefused,
            order=order.id,
            reply=event.type,
            reason=str(refusal),
            on=on,
        )


def _apply(session: Session, event: FromDepartment, officer: Actor, at: datetime) -> None:
    on = local_date(at)
    match event:
        case OrderAcceptedByDepartment():
            accept_order(session, event.order, actor=officer, on=on)
        case OrderReturnedByDepartment():
            return_order(
                session,
                event.order,
                reason=event.reason,
                proposed=event.proposed,
                actor=officer,
                on=on,
            )
        case OrderReportedByDepartment():
            draft = ReplyDraft(
                result=event.result,
                explanation=event.explanation,
                expected_on=event.expected_on,
                amount=event.amount,
                head_signed=event.head_signed,
                own_system_updated=event.own_system_updated,
            )
            report_order(session, event.order, draft, actor=officer, on=on)
