"""What dispatch says about its orders, kept beside the cases: agenda, ledger and bulletin read it
here.
"""

from sqlmodel import Session

from kit.messaging.inbox import origin
from schemas.codes import OrderClock, OrderState
from schemas.dispatch import (
    HelpCompleted,
    OrderAccepted,
    OrderClosed,
    OrderConfirmed,
    OrderDoubted,
    OrderDueMoved,
    OrderDuesRecounted,
    OrderFact,
    OrderFellOverdue,
    OrderIssued,
    OrderOpened,
    OrderReopened,
    OrderReported,
    OrderReturnAgreed,
    OrderReturned,
    OrderReturnRefused,
)
from services.county.cases.commands import record_entry, take_up_unanswered
from services.county.cases.models import Case
from services.county.directory.queries import name_of
from services.county.orders.models import DispatchOrder, OrderEntry
from services.county.orders.rules import SOLVED

LABELS: dict[str, str] = {clock: clock.label for clock in OrderClock}
# Which clock a state still runs: the others have been kept or passed.
RUNNING = {
    OrderState.TO_ROUTE: (OrderClock.ROUTE,),
    OrderState.ISSUED: (OrderClock.ACCEPT, OrderClock.REPORT, OrderClock.SOLVE),
    OrderState.RETURNED: (OrderClock.DECIDE, OrderClock.REPORT, OrderClock.SOLVE),
    OrderState.ACCEPTED: (OrderClock.REPORT, OrderClock.SOLVE),
    OrderState.UNDER_WAY: (OrderClock.SOLVE,),
    OrderState.SOLVED: (OrderClock.CONFIRM,),
    OrderState.ANSWERED: (OrderClock.CLOSE,),
    OrderState.CONFIRMED: (OrderClock.CLOSE,),
    OrderState.CLOSED: (),
}


def record_order(session: Session, event: OrderFact) -> None:
    """One event of an order: its new state, and a line of its history."""
    order = session.get(DispatchOrder, event.order, with_for_update=True) or DispatchOrder(
        order=event.order,
        number=event.number,
        case=event.case,
        household=event.household,
        village=event.village,
        gap_item=event.gap_item,
        state=event.state,
        opened_on=event.on,
        changed_on=event.on,
    )
    if order.changed_on != event.on:
        order.keep(event.on)
    order.state, order.changed_on, order.origin = event.state, event.on, origin(session)
    order.department = event.department
    _apply(order, event)
    order.overdue = [clock for clock in order.overdue if clock in RUNNING[event.state]]
    session.add(order)
    kind = type(event).type.removeprefix("dispatch.order.").rsplit(".", 1)[0]
    session.add(
        OrderEntry(
            order=event.order,
            on=event.on,
            what=kind,
            department=event.department,
            late=isinstance(event, OrderReturnAgreed | OrderReturnRefused) and event.decided_late,
            text=_words(event, name_of(session, event.department)),
            origin=origin(session),
        )
    )
    session.flush()


def complete_help(session: Session, event: HelpCompleted) -> None:
    """All orders of the case are closed (GT-27): the case is closed, a new finding opens a new
    one.
    """
    case = session.get(Case, event.case, with_for_update=True)
    if case is not None and case.help_complete_on is None:
        case.keep(event.on)
        case.help_complete_on = case.closed_on = event.on
        case.version += 1
        record_entry(session, case, event.on, "交办事项全部办结，帮扶落实")
        session.flush()
        take_up_unanswered(session, case, event.on)


def _apply(order: DispatchOrder, event: OrderFact) -> None:
    """Set what this kind of event says."""
    match event:
        case OrderOpened():
            order.route_due = event.route_due
        case OrderIssued():
            _issue(order, event)
        case OrderAccepted():
            order.accepted_on, order.accepted_late = event.on, event.late
            order.report_due = event.report_due or order.report_due
            order.solve_due = event.solve_due or order.solve_due
        case OrderReturned():
            order.returns += 1
            order.return_reason = event.reason
        case OrderReturnRefused():
            order.returns_refused += 1
            order.decided_late += event.decided_late
            order.for_meeting = order.for_meeting or event.for_meeting
            order.return_reason = event.reason if event.for_meeting else None
        case OrderReturnAgreed():
            order.decided_late += event.decided_late
        case OrderReported():
            _report(order, event)
        case OrderDoubted():
            order.solve_due, order.solved_on = event.solve_due, None
            order.doubted += 1
        case OrderConfirmed():
            order.confirmed_on = event.on
        case OrderClosed():
            order.closed_on, order.days, order.return_reason = event.on, event.days, None
        case OrderReopened():
            order.solve_due = event.solve_due
            order.closed_on = order.solved_on = order.confirmed_on = None
            order.reopened += 1
        case OrderDueMoved():
            order.solve_due = event.solve_due
        case OrderDuesRecounted():
            _recount(order, event)
        case OrderFellOverdue():
            _fall_overdue(order, event)


def _recount(order: DispatchOrder, event: OrderDuesRecounted) -> None:
    """Of those clocks that moved the copy moves; one that had passed its day runs again."""
    for clock in OrderClock:
        if (day := getattr(event, f"{clock}_due")) is None:
            continue
        if hasattr(order, f"{clock}_due"):
            setattr(order, f"{clock}_due", day)
        order.overdue = [code for code in order.overdue if code != clock]
    order.return_due = event.return_due or order.return_due
    if event.report_due:
        order.report_overdue_since = None
    if event.solve_due:
        order.solve_overdue_since = None


def _issue(order: DispatchOrder, event: OrderIssued) -> None:
    """For the first time, or to another department: its clocks begin anew."""
    order.first_issued_on, order.issued_on = event.first_issued_on, event.on
    order.urgent, order.co_handlers = event.urgent, list(event.co_handlers)
    order.accept_due, order.return_due = event.accept_due, event.return_due
    order.report_due, order.solve_due = event.report_due, event.solve_due
    order.accepted_on, order.accepted_late, order.overdue = None, False, []
    # What another department said is not this one's report, nor its return.
    order.return_reason = None
    order.reported_on, order.report_late, order.result, order.expected_on = None, False, None, None


def _report(order: DispatchOrder, event: OrderReported) -> None:
    """The first report counts for the clock, the latest for the result."""
    if order.reported_on is None:
        order.reported_on, order.report_late = event.on, event.late
    order.result, order.expected_on = event.result, event.expected_on
    if event.state in SOLVED:
        order.solved_on = event.on


def _fall_overdue(order: DispatchOrder, event: OrderFellOverdue) -> None:
    order.overdue = list(dict.fromkeys([*order.overdue, event.clock]))
    order.overdue_origin = order.origin
    if event.clock == OrderClock.REPORT:
        order.report_overdue_since = order.report_overdue_since or event.due
    if event.clock == OrderClock.SOLVE:
        order.solve_overdue_since = event.due


def _words(event: OrderFact, department: str) -> str:
    """The event's line in the order's history."""
    match event:
        case OrderOpened():
            return "待派单"
        case OrderIssued():
            return f"交办{department}"
        case OrderAccepted():
            return f"{department}签收{'（逾期）' if event.late else ''}"
        case OrderReturned():
            return f"{department}退回：{event.reason}"
        case OrderReturnRefused():
            if event.for_meeting:  # the department's own reason, else the office's
                return f"{department}再次退回，没有受理，提交联席会议：{event.reason}"
            return f"退回不同意：{event.reason}"
        case OrderReturnAgreed():
            return "同意退回，改派"
        case OrderReported():
            return f"{department}反馈：{event.result.label}{'（逾期）' if event.late else ''}"
        case OrderDoubted():
            return "村里反映没有落实，继续办理"
        case OrderConfirmed():
            return "县里核实已落实" if event.by_office else "村里核实已落实"
        case OrderClosed():
            return f"办结（共{event.days}个工作日）"
        case OrderReopened():
            return f"重新办理：{event.reason}"
        case OrderDueMoved():
            return f"解决期限改为{event.solve_due.month}月{event.solve_due.day}日：{event.reason}"
        case OrderDuesRecounted():
            return "按公布的日历调整时限"
        case OrderFellOverdue():
            return f"{LABELS.get(event.clock, event.clock)}逾期"
    return "更新"
