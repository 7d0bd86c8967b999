"""Figures by owner, by department and by age; a department's row is defined as in the bulletin's
section 3 (docs/domain/figures.md). A cut-off is a day to its end in Shanghai.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from kit.actor import Actor
from kit.packs import pack
from rulebook.figures import Clock, Span, age_label, age_labels, average, percent, share_kept
from schemas.codes import ClockOwner, OrderState
from services.dispatch import service
from services.dispatch.departments.models import Department
from services.dispatch.departments.policy import policy
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.policy import policy as orders_policy
from services.dispatch.orders.queries import OPEN, Line, lines, overdue, unsolved
from services.dispatch.orders.rules import UNSOLVED, Action


@dataclass(frozen=True)
class Counts:
    by_state: dict[OrderState, int]
    late: dict[ClockOwner, int]
    for_meeting: int


def counts(session: Session, actor: Actor, on: date) -> Counts:
    """Basis: the orders that the actor sees. By state; late by whose clock has passed its day (an
    order with two late owners counts for both); open ones before the joint meeting.
    """
    visible = orders_policy.visible(actor, "orders", Order)
    by_state = dict(
        session.exec(select(Order.state, func.count()).where(visible).group_by(Order.state)).all()
    )
    counted = select(func.count()).select_from(Order).where(visible)
    return Counts(
        {state: by_state.get(state, 0) for state in OrderState},
        {owner: session.exec(counted.where(overdue(on, owner))).one() for owner in ClockOwner},
        session.exec(counted.where(col(Order.for_meeting), col(Order.state).in_(OPEN))).one(),
    )


def ageing(session: Session, actor: Actor, on: date) -> list[tuple[str, list[Line]]]:
    """未解决台账. Basis: orders that the actor sees, not solved or answered; by working days since
    the first issue on the pack's scale, the oldest first in each band.
    """
    scale = pack(session, on).statistics.ages
    bands: dict[str, list[Line]] = {label: [] for label in age_labels(scale)}
    for line in lines(session, unsolved(session, actor), on):
        bands[age_label(line.days or 0, scale)].append(line)
    return list(bands.items())


@dataclass(frozen=True)
class Rate:
    part: int
    whole: int
    percent: str


@dataclass(frozen=True)
class Mean:
    total: int
    count: int
    average: str


@dataclass(frozen=True)
class DepartmentFigures:
    """One department between two days, as a row of the bulletin's section 3 counts it. `days`:
    working days from the first issue to the closing, of one still open to the last day.
    """

    code: str
    name: str
    carried: int
    issued: int
    accepted_on_time: Rate
    reported_on_time: Rate
    unreported: int
    unsolved: int
    returned: int
    closed: int
    open: int
    days: Mean


def statistics(
    session: Session, actor: Actor, since: date | None, as_of: date
) -> list[DepartmentFigures]:
    """By department in the order of their codes: nobody is ranked.

    Basis: orders issued by the end of `as_of` and not closed before `since` (None: ever), each at
    its present department. Shares: kept in time, of the clocks that ended in the span or have run
    past their day at its end (F-07). Returns: by the department that returned.
    """
    span = Span(since, as_of)
    by_department: dict[str, list[Order]] = {}
    for order in _dealt_with(session, span):
        by_department.setdefault(order.department or "", []).append(order)
    returned, answered = _returned_by(session, span), _answered(session)
    visible = policy.visible(actor, "department_figures", Department)
    departments = session.exec(select(Department).where(visible).order_by(Department.code))
    return [
        _figures(
            session, department, by_department.get(department.code, []), returned, answered, span
        )
        for department in departments
    ]


def _figures(
    session: Session,
    department: Department,
    orders: Sequence[Order],
    returned: Counter[str | None],
    answered: dict[str, date],
    span: Span,
) -> DepartmentFigures:
    calendar, decimals = service.calendar(session), _decimals(session, span.as_of)
    firsts = [(order.first_issued_on, order.closed_on) for order in orders if order.first_issued_on]
    days = [
        calendar.working_days_between(first, span.came(closed) or span.as_of)
        for first, closed in firsts
    ]
    reports = [Clock(order.report_due, order.reported_on, order.closed_on) for order in orders]
    solves = [_solve_clock(order, answered) for order in orders]
    return DepartmentFigures(
        department.code,
        department.name,
        carried=sum(not _is_new(order, span) for order in orders),
        issued=sum(_is_new(order, span) for order in orders),
        accepted_on_time=_rate(map(_accept_clock, orders), span, decimals),
        reported_on_time=_rate(reports, span, decimals),
        unreported=sum(clock.is_overdue(span.as_of) for clock in reports),
        unsolved=sum(clock.is_overdue(span.as_of) for clock in solves),
        returned=returned[department.code],
        closed=sum(span.holds(order.closed_on) for order in orders),
        open=sum(span.came(order.closed_on) is None for order in orders),
        days=Mean(sum(days), len(days), average(sum(days), len(days))),
    )


def _rate(clocks: Iterable[Clock], span: Span, decimals: int) -> Rate:
    part, whole = share_kept(list(clocks), span)
    return Rate(part, whole, percent(part, whole, decimals))


def _decimals(session: Session, on: date) -> int:
    return pack(session, on).statistics.rate_decimals


def _accept_clock(order: Order) -> Clock:
    """One that was returned waits for the office, not for its department."""
    returned = order.state is OrderState.RETURNED
    return Clock(None if returned else order.accept_due, order.accepted_on, order.closed_on)


def _solve_clock(order: Order, answered: dict[str, date]) -> Clock:
    """Solved, or answered otherwise: then the department has done its part."""
    done = None if order.state in UNSOLVED else order.solved_on or answered.get(order.id)
    return Clock(order.solve_due, done, order.closed_on)


def _dealt_with(session: Session, span: Span) -> Sequence[Order]:
    """Issued orders that were open on a day of the span."""
    statement = select(Order).where(col(Order.first_issued_on) <= span.as_of)
    if span.since:
        closed = col(Order.closed_on)
        statement = statement.where(or_(closed.is_(None), closed >= span.since))
    return session.exec(statement).all()


def _answered(session: Session) -> dict[str, date]:
    """Order -> the day of its latest answer that was no solution."""
    statement = select(OrderEvent.order, func.max(OrderEvent.on))
    answers = statement.where(OrderEvent.action == Action.ANSWER).group_by(col(OrderEvent.order))
    return dict(session.exec(answers).all())


def _returned_by(session: Session, span: Span) -> Counter[str | None]:
    statement = select(OrderEvent.department).where(
        OrderEvent.action == Action.RETURN, OrderEvent.on <= span.as_of
    )
    if span.since:
        statement = statement.where(OrderEvent.on >= span.since)
    return Counter(session.exec(statement))


def _is_new(order: Order, span: Span) -> bool:
    """新交办, else 结转: whether the department got it in the span; together they are 办结 and 在办."""
    return span.holds(span.came(order.issued_on) or order.first_issued_on)
