"""The bulletin's figures of orders and departments, as of a day (D-08, B-29, B-30)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from rulebook.calendar import WorkingCalendar
from schemas.codes import OrderState
from services.county.bulletin.rules import came_by, mean, rate
from services.county.directory.queries import departments
from services.county.orders.models import DispatchOrder, OrderEntry
from services.county.orders.rules import SOLVED, Flag, Span, is_unreported, is_unsolved


def dispatch(
    session: Session, calendar: WorkingCalendar, since: date, as_of: date, decimals: int = 2
) -> dict[str, Any]:
    """Section 3: orders that were open or issued between two cut-offs, per department (D-08, B-29,
    B-30).

    The days of an order count from its first issue, also where it was given to another department.
    """
    span = Span(since, as_of)
    orders, returns = _dealt_with(session, span), _returns(session, span)
    called = departments(session)
    codes = sorted({code for code in [*(order.department for order in orders), *returns] if code})

    def row(code: str, name: str, own: Sequence[DispatchOrder], returned: int) -> dict[str, Any]:
        figures = _clocks(own, span, decimals) | _progress(own, span, calendar)
        return {"code": code, "name": name, "returned": returned} | figures

    return {
        "since": since.isoformat(),
        "as_of": as_of.isoformat(),
        "departments": [
            row(
                code,
                called.get(code, code),
                [order for order in orders if order.department == code],
                returns[code],
            )
            for code in codes
        ],
        "all": row("", "合计", orders, sum(returns.values())),
        "unrouted": sum(
            order.department is None
            for order in session.exec(select(DispatchOrder).where(DispatchOrder.opened_on <= as_of))
        ),
    }


def _dealt_with(session: Session, span: Span) -> Sequence[DispatchOrder]:
    """Orders that were open on a day of the span."""
    return session.exec(
        select(DispatchOrder).where(
            col(DispatchOrder.first_issued_on) <= span.as_of,
            or_(col(DispatchOrder.closed_on).is_(None), col(DispatchOrder.closed_on) >= span.since),
        )
    ).all()


def _returns(session: Session, span: Span) -> Counter[str | None]:
    """How often each department returned an order."""
    return Counter(
        session.exec(
            select(OrderEntry.department).where(
                OrderEntry.what == "returned",
                OrderEntry.on >= span.since,
                OrderEntry.on <= span.as_of,
            )
        )
    )


def _clocks(orders: Sequence[DispatchOrder], span: Span, decimals: int) -> dict[str, Any]:
    """Which clocks were kept, and which run past their day."""
    accepts = [order for order in orders if span.owed(order.accept_due, order.accepted_on)]
    reports = [order for order in orders if span.owed(order.report_due, order.reported_on)]
    accepted = sum(
        bool(span.came(order.accepted_on)) and not order.accepted_late for order in accepts
    )
    reported = sum(
        bool(span.came(order.reported_on)) and not order.report_late for order in reports
    )
    return {
        "accepted_on_time": rate(accepted, len(accepts), decimals),
        "reported_on_time": rate(reported, len(reports), decimals),
        "unreported": sum(
            is_unreported(order.report_due, span.came(order.reported_on), span.as_of)
            and not span.came(order.closed_on)
            for order in orders
        ),
        "unsolved": sum(_unsolved(order, span.as_of) for order in orders),
    }


def _progress(
    orders: Sequence[DispatchOrder], span: Span, calendar: WorkingCalendar
) -> dict[str, Any]:
    """How many came and went, and how long they took; one still open counts to the cut-off."""
    closed = sum(bool(span.came(order.closed_on)) for order in orders)
    firsts = [(order.first_issued_on, order.closed_on) for order in orders if order.first_issued_on]
    days = [
        calendar.working_days_between(first, span.came(closed_on) or span.as_of)
        for first, closed_on in firsts
    ]
    return {
        "carried": sum(first < span.since for first, _ in firsts),
        "issued": sum(span.holds(order.issued_on) for order in orders),
        "closed": closed,
        "open": len(orders) - closed,
        "days": mean(sum(days), len(days)),
    }


def _unsolved(order: DispatchOrder, as_of: date) -> bool:
    """What was solved after the cut-off was not solved at it."""
    solved = (
        order.state in SOLVED
        and (order.solved_on or order.reported_on or order.changed_on) <= as_of
    )
    return is_unsolved(
        order.solve_due, OrderState.SOLVED if solved else OrderState.UNDER_WAY, as_of
    )


def overdue_orders(session: Session, as_of: date) -> list[tuple[DispatchOrder, list[Flag]]]:
    """Orders with a flag at the end of that day: 逾期未反馈, 逾期未解决; by number."""
    rows = session.exec(
        select(DispatchOrder)
        .where(
            col(DispatchOrder.first_issued_on) <= as_of,
            or_(col(DispatchOrder.closed_on).is_(None), col(DispatchOrder.closed_on) > as_of),
        )
        .order_by(col(DispatchOrder.number))
    )
    overdue = []
    for order in rows:
        flags = [
            flag
            for flag, raised in (
                (
                    Flag.UNREPORTED,
                    is_unreported(order.report_due, came_by(order.reported_on, as_of), as_of),
                ),
                (Flag.UNSOLVED, _unsolved(order, as_of)),
            )
            if raised
        ]
        if flags:
            overdue.append((order, flags))
    return overdue
