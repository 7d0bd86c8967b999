"""The bulletin's figures of orders and departments, as of a day (D-08, B-29, B-30)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, or_, select

from rulebook.calendar import WorkingCalendar
from schemas.codes import OrderState
from services.county.bulletin.rules import came_by, mean, rate
from services.county.directory.queries import departments
from services.county.orders.models import DispatchOrder, OrderEntry
from services.county.orders.rules import SOLVED, Flag, is_unreported, is_unsolved


def dispatch(
    session: Session, calendar: WorkingCalendar, since: date, as_of: date, decimals: int = 2
) -> dict[str, Any]:
    """Section 3: orders that were open or issued between two cut-offs, per department (D-08, B-29,
    B-30).

    The days of an order count from its first issue, also where it was given to another department.
    """
    orders = list(
        session.exec(
            select(DispatchOrder).where(
                col(DispatchOrder.first_issued_on) <= as_of,
                or_(col(DispatchOrder.closed_on).is_(None), col(DispatchOrder.closed_on) >= since),
            )
        )
    )
    returns: dict[str | None, int] = defaultdict(int)
    for entry in session.exec(
        select(OrderEntry).where(
            OrderEntry.what == "returned", OrderEntry.on >= since, OrderEntry.on <= as_of
        )
    ):
        returns[entry.department] += 1
    called = departments(session)
    codes = sorted({code for code in [*(order.department for order in orders), *returns] if code})
    rows = [
        {"code": code, "name": called.get(code, code), "returned": returns[code]}
        | _handled(
            [order for order in orders if order.department == code],
            calendar,
            since,
            as_of,
            decimals,
        )
        for code in codes
    ]
    whole = {"code": "", "name": "合计", "returned": sum(returns.values())}
    return {
        "since": since.isoformat(),
        "as_of": as_of.isoformat(),
        "departments": rows,
        "all": whole | _handled(orders, calendar, since, as_of, decimals),
        "unrouted": sum(
            order.department is None
            for order in session.exec(select(DispatchOrder).where(DispatchOrder.opened_on <= as_of))
        ),
    }


def _handled(
    orders: Sequence[DispatchOrder],
    calendar: WorkingCalendar,
    since: date,
    as_of: date,
    decimals: int,
) -> dict[str, Any]:
    def came(day: date | None) -> date | None:
        return came_by(day, as_of)

    def owed(due: date | None, done: date | None) -> bool:
        """The clock ended between the two cut-offs: by the deed, or by its day."""
        ends = [day for day in (due, came(done)) if day is not None]
        return bool(ends) and since <= min(ends) <= as_of

    accepts = [order for order in orders if owed(order.accept_due, order.accepted_on)]
    reports = [order for order in orders if owed(order.report_due, order.reported_on)]
    closed = [order for order in orders if came(order.closed_on)]
    days = [
        calendar.working_days_between(order.first_issued_on, came(order.closed_on) or as_of)
        for order in orders
        if order.first_issued_on
    ]
    return {
        "carried": sum(
            order.first_issued_on is not None and order.first_issued_on < since for order in orders
        ),
        "issued": sum(
            order.issued_on is not None and since <= order.issued_on <= as_of for order in orders
        ),
        "accepted_on_time": rate(
            sum(bool(came(o.accepted_on)) and not o.accepted_late for o in accepts),
            len(accepts),
            decimals,
        ),
        "reported_on_time": rate(
            sum(bool(came(o.reported_on)) and not o.report_late for o in reports),
            len(reports),
            decimals,
        ),
        "unreported": sum(
            is_unreported(o.report_due, came(o.reported_on), as_of) and not came(o.closed_on)
            for o in orders
        ),
        "unsolved": sum(_unsolved(order, as_of) for order in orders),
        "closed": len(closed),
        "open": len(orders) - len(closed),
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
    found = []
    for order in rows:
        flags = [
            flag
            for flag, there in (
                (
                    Flag.UNREPORTED,
                    is_unreported(order.report_due, came_by(order.reported_on, as_of), as_of),
                ),
                (Flag.UNSOLVED, _unsolved(order, as_of)),
            )
            if there
        ]
        if flags:
            found.append((order, flags))
    return found
