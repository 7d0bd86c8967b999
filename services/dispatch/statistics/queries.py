"""Figures by state, by department and by age."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from kit.actor import Actor
from schemas.codes import OrderState
from services.dispatch import service
from services.dispatch.departments.models import Department
from services.dispatch.departments.policy import policy
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.policy import policy as orders_policy
from services.dispatch.orders.queries import OPEN, Line, lines, overdue, unsolved
from services.dispatch.orders.rules import Action


@dataclass(frozen=True)
class Counts:
    by_state: dict[OrderState, int]
    overdue: int
    for_meeting: int


def counts(session: Session, actor: Actor, on: date) -> Counts:
    visible = orders_policy.visible(actor, "orders", Order)
    by_state = dict(
        session.exec(select(Order.state, func.count()).where(visible).group_by(Order.state)).all()
    )
    return Counts(
        {state: by_state.get(state, 0) for state in OrderState},
        session.exec(select(func.count()).select_from(Order).where(visible, overdue(on))).one(),
        session.exec(
            select(func.count())
            .select_from(Order)
            .where(visible, col(Order.for_meeting), col(Order.state).in_(OPEN))
        ).one(),
    )


BANDS = (
    (5, "5个工作日内"),
    (15, "6—15个工作日"),
    (30, "16—30个工作日"),
    (10_000, "30个工作日以上"),
)


def ageing(session: Session, actor: Actor, on: date) -> list[tuple[str, list[Line]]]:
    """Unsolved orders by working days since the first issue, the longest first in each band."""
    unsolved_lines = lines(session, unsolved(session, actor), on)
    banded: list[tuple[str, list[Line]]] = []
    above = -1
    for most, label in BANDS:
        band = [line for line in unsolved_lines if above < max(line.days or 0, 0) <= most]
        banded.append((label, band))
        above = most
    return banded


@dataclass(frozen=True)
class DepartmentFigures:
    """One department in a span of days (by day of issue). Averages in working days; None without
    any.
    """

    code: str
    name: str
    issued: int
    accepted: int
    reported_in_time: int
    reported_late: int
    not_reported: int  # overdue now
    not_solved: int  # overdue now
    returned: int
    closed: int
    average_days: float | None  # first issue to closing


def statistics(
    session: Session, actor: Actor, since: date | None = None, until: date | None = None
) -> list[DepartmentFigures]:
    """By department in the order of their codes: nobody is ranked."""
    statement = select(Order).where(col(Order.department).is_not(None))
    if since:
        statement = statement.where(col(Order.issued_on) >= since)
    if until:
        statement = statement.where(col(Order.issued_on) <= until)
    by_department: dict[str, list[Order]] = {}
    for order in session.exec(statement):
        by_department.setdefault(order.department or "", []).append(order)
    returned = _returned_by(session, since, until)
    calendar = service.calendar(session)

    def figures(code: str, name: str) -> DepartmentFigures:
        orders = by_department.get(code, [])
        days = [
            calendar.working_days_between(order.first_issued_on, order.closed_on)
            for order in orders
            if order.first_issued_on and order.closed_on
        ]
        return DepartmentFigures(
            code,
            name,
            issued=len(orders),
            accepted=_count(orders, lambda o: o.accepted_on),
            reported_in_time=_count(orders, lambda o: o.reported_on and not o.report_late),
            reported_late=_count(orders, lambda o: o.reported_on and o.report_late),
            not_reported=_count(orders, lambda o: o.not_reported_since),
            not_solved=_count(orders, lambda o: o.not_solved_since),
            returned=returned.get(code, 0),
            closed=_count(orders, lambda o: o.closed_on),
            average_days=round(sum(days) / len(days), 1) if days else None,
        )

    visible = policy.visible(actor, "department_figures", Department)
    departments = session.exec(select(Department).where(visible).order_by(Department.code))
    return [figures(department.code, department.name) for department in departments]


def _count(orders: Iterable[Order], holds: Callable[[Order], object]) -> int:
    return sum(1 for order in orders if holds(order))


def _returned_by(session: Session, since: date | None, until: date | None) -> dict[str, int]:
    statement = select(OrderEvent.department).where(OrderEvent.action == Action.RETURN)
    if since:
        statement = statement.where(OrderEvent.on >= since)
    if until:
        statement = statement.where(OrderEvent.on <= until)
    counted: dict[str, int] = {}
    for code in session.exec(statement):
        counted[code or ""] = counted.get(code or "", 0) + 1
    return counted
