"""Figures of orders and departments (D-08, B-29, B-30).

An order's department has three clocks: to accept, to report, to solve. What the village or the
office owes is not the department's delay (F-07).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, func, or_, select

from rulebook.calendar import WorkingCalendar
from rulebook.figures import Clock, Span, age_label, age_labels, came_by, share_kept
from schemas.codes import ClockOwner, OrderClock, OrderState
from services.county.directory.queries import departments
from services.county.figures import Dispatch, Handled, Late, Rate
from services.county.orders.models import DispatchOrder, OrderEntry
from services.county.orders.rules import SOLVED, Flag
from services.county.statistics.rules import mean, rate


def dispatch(
    session: Session, calendar: WorkingCalendar, since: date, as_of: date, decimals: int = 2
) -> Dispatch:
    """Section 3: `_handled` of each department that has orders between two cut-offs, and of all.

    Basis: orders issued by the end of `as_of` and not closed before `since`, as they stood then, each
    at its department of that day. Returns: by the department that returned.
    """
    span = Span(since, as_of)
    orders, returned = _dealt_with(session, since, as_of), _returns(session, since, as_of)
    called = departments(session)
    codes = sorted({code for code in [*(order.department for order in orders), *returned] if code})
    return Dispatch(
        since=since,
        as_of=as_of,
        departments=[
            _handled(
                code,
                called.get(code, code),
                [order for order in orders if order.department == code],
                returned[code],
                span,
                calendar,
                decimals,
            )
            for code in codes
        ],
        all=_handled("", "合计", orders, sum(returned.values()), span, calendar, decimals),
        unrouted=_unrouted(session, as_of),
    )


def _handled(
    code: str,
    name: str,
    orders: Sequence[DispatchOrder],
    returned: int,
    span: Span,
    calendar: WorkingCalendar,
    decimals: int,
) -> Handled:
    """One department's row: each of its columns is one function below."""
    firsts = [(order.first_issued_on, order.closed_on) for order in orders if order.first_issued_on]
    days = [
        calendar.working_days_between(first, span.came(closed) or span.as_of)
        for first, closed in firsts
    ]
    return Handled(
        code=code,
        name=name,
        carried=sum(not _is_new(order, span) for order in orders),
        issued=sum(_is_new(order, span) for order in orders),
        accepted_on_time=accepted_on_time(orders, span, decimals),
        reported_on_time=reported_on_time(orders, span, decimals),
        unreported=sum(is_unreported(order, span.as_of) for order in orders),
        unsolved=sum(is_unsolved(order, span.as_of) for order in orders),
        returned=returned,
        closed=sum(span.holds(order.closed_on) for order in orders),
        open=sum(span.came(order.closed_on) is None for order in orders),
        days=mean(sum(days), len(days)),
    )


def accepted_on_time(orders: Sequence[DispatchOrder], span: Span, decimals: int = 2) -> Rate:
    """按时签收. Basis: these orders. Denominator: accepted in the span, or past their day and not
    accepted at its end (carried in until accepted; one returned waits for the office). Numerator:
    of these, accepted by the end of the due day.
    """
    return rate(*share_kept([_accept_clock(order) for order in orders], span), decimals)


def reported_on_time(orders: Sequence[DispatchOrder], span: Span, decimals: int = 2) -> Rate:
    """按时反馈. Basis: these orders. Denominator: first reported in the span, or past their day
    without a report at its end, carried in until answered or closed: so every 逾期未反馈 stands in
    it (F-07). Numerator: of these, reported by the end of the due day.
    """
    return rate(*share_kept([_report_clock(order) for order in orders], span), decimals)


def is_unreported(order: DispatchOrder, as_of: date) -> bool:
    """逾期未反馈: the report's day has passed in silence at the end of `as_of`."""
    return _report_clock(order).is_overdue(as_of)


def is_unsolved(order: DispatchOrder, as_of: date) -> bool:
    """逾期未解决: the day has passed and nothing was solved or answered at the end of `as_of`.
    Solved and waiting for the village's word is not the department's delay.
    """
    settled = order.state in SOLVED
    done = (order.solved_on or order.reported_on or order.changed_on) if settled else None
    return Clock(order.solve_due, done, order.closed_on).is_overdue(as_of)


def is_unaccepted(order: DispatchOrder, as_of: date) -> bool:
    """逾期未签收, at the end of `as_of`."""
    return _accept_clock(order).is_overdue(as_of)


def overdue_orders(session: Session, as_of: date) -> list[tuple[DispatchOrder, list[Flag]]]:
    """Orders that are late at their department at the end of the day, as they stood then, by number,
    with what they are late with: 逾期未反馈, 逾期未解决. Basis: issued and not closed then.
    """
    flagged = [
        (order, [flag for flag, raised in _flags(order, as_of) if raised])
        for order in open_orders(session, as_of)
    ]
    return [(order, flags) for order, flags in flagged if flags]


def _flags(order: DispatchOrder, as_of: date) -> list[tuple[Flag, bool]]:
    return [
        (Flag.UNREPORTED, is_unreported(order, as_of)),
        (Flag.UNSOLVED, is_unsolved(order, as_of)),
    ]


def late(session: Session, as_of: date) -> Late:
    """逾期交办单, by whose clock it is; an order may be late with two of them.

    Basis: orders opened and not closed by the end of the day. The department's: accept, report or
    solve, by their due days. The village's and the office's: a clock of theirs has rung and still
    runs, as dispatch told it.
    """
    orders = _open(session, as_of)
    owners = [_late_owners(order, as_of) for order in orders]
    return Late(
        open=len(orders),
        unreported=sum(is_unreported(order, as_of) for order in orders),
        unsolved=sum(is_unsolved(order, as_of) for order in orders),
        **{owner.value: sum(owner in late for late in owners) for owner in ClockOwner},
    )


def _late_owners(order: DispatchOrder, as_of: date) -> set[ClockOwner]:
    owners = {OrderClock(clock).owner for clock in order.overdue} - {ClockOwner.DEPARTMENT}
    judges = (is_unaccepted, is_unreported, is_unsolved)
    if any(judge(order, as_of) for judge in judges):
        owners.add(ClockOwner.DEPARTMENT)
    return owners


def ageing(
    session: Session, calendar: WorkingCalendar, scale: Sequence[int], as_of: date
) -> list[dict[str, object]]:
    """未办结交办单存续时间: per department, by working days since the first issue; the last row is
    the sum. Basis: issued and not closed by the end of the day. `scale`: the pack's ages.
    """
    labels = age_labels(scale)
    called, table = departments(session), dict[str, Counter[str]]()
    for order in open_orders(session, as_of):
        name = called.get(order.department or "", order.department or "待派单")
        age = age_label(days_since_issue(order, calendar, as_of), scale)
        table.setdefault(name, Counter())[age] += 1
    rows = [*sorted(table.items()), ("合计", sum(table.values(), Counter()))]
    return [
        {"name": name, "counts": {age: counts[age] for age in labels}, "total": counts.total()}
        for name, counts in rows
    ]


def days_since_issue(order: DispatchOrder, calendar: WorkingCalendar, as_of: date) -> int:
    """Working days from the first issue to the day; a return does not stop them (B-29)."""
    first = order.first_issued_on
    return calendar.working_days_between(first, as_of) if first else 0


def open_orders(session: Session, as_of: date) -> Sequence[DispatchOrder]:
    """Issued and not closed by the end of the day, as they stood then, by number."""
    issued = [order for order in _open(session, as_of) if came_by(order.first_issued_on, as_of)]
    return sorted(issued, key=lambda order: order.number)


def late_decisions(session: Session, since: date, as_of: date) -> int:
    """退回裁定超过时限. Basis: orders whose return the office decided between two cut-offs; those of
    them of which it was decided late in that time.
    """
    decided = select(func.count(col(OrderEntry.order).distinct())).where(
        OrderEntry.late, OrderEntry.on >= since, OrderEntry.on <= as_of
    )
    return session.exec(decided).one()


def _open(session: Session, as_of: date) -> list[DispatchOrder]:
    """Opened and not closed by the end of the day, as they stood then."""
    not_closed = or_(col(DispatchOrder.closed_on).is_(None), col(DispatchOrder.closed_on) > as_of)
    rows = session.exec(select(DispatchOrder).where(DispatchOrder.opened_on <= as_of, not_closed))
    stood = [order.at(as_of) for order in rows]
    return [order for order in stood if came_by(order.closed_on, as_of) is None]


def _dealt_with(session: Session, since: date, as_of: date) -> list[DispatchOrder]:
    """Issued orders that were open on a day between, as they stood at its end."""
    rows = session.exec(
        select(DispatchOrder).where(
            col(DispatchOrder.first_issued_on) <= as_of,
            or_(col(DispatchOrder.closed_on).is_(None), col(DispatchOrder.closed_on) >= since),
        )
    )
    stood = (order.at(as_of) for order in rows)
    return [order for order in stood if order.closed_on is None or order.closed_on >= since]


def _returns(session: Session, since: date, as_of: date) -> Counter[str | None]:
    """How often each department returned an order."""
    return Counter(
        session.exec(
            select(OrderEntry.department).where(
                OrderEntry.what == "returned", OrderEntry.on >= since, OrderEntry.on <= as_of
            )
        )
    )


def _unrouted(session: Session, as_of: date) -> int:
    """待派单, at the end of the day."""
    return sum(order.department is None for order in _open(session, as_of))


def _accept_clock(order: DispatchOrder) -> Clock:
    returned = order.state is OrderState.RETURNED
    return Clock(None if returned else order.accept_due, order.accepted_on, order.closed_on)


def _report_clock(order: DispatchOrder) -> Clock:
    return Clock(order.report_due, order.reported_on, order.closed_on)


def _is_new(order: DispatchOrder, span: Span) -> bool:
    """新交办, else 结转: whether the department got it in the span; together they are 办结 and 在办."""
    return span.holds(span.came(order.issued_on) or order.first_issued_on)
