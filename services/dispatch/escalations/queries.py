"""Which orders went up, and whose turn it is there all the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Subquery, func
from sqlmodel import Session, col, select

from kit import directory
from kit.actor import SYSTEM
from kit.procedure import Clock
from kit.procedure.table import Owner
from schemas.codes import DirectoryKind
from services.dispatch.meetings.queries import on_an_agenda
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.procedure import DEPARTMENT, ORDER, VILLAGE
from services.dispatch.orders.queries import OPEN, ended_villages, place_names
from services.dispatch.orders.rules import MEETINGS, Action


@dataclass(frozen=True)
class WentUp:
    """`late`: the clock that has passed its day (None: the order waits for the joint meeting) and
    `whose`, by name ("" where it has passed to another one); `owner`: the name of whose turn it is
    now; `urged`: whether that is a department, which a 督办单 can be printed for; `meets_on`: the
    meeting to come that has it on its agenda.
    """

    order: Order
    village: str
    late: Clock | None
    whose: str
    owner: str
    urged: bool
    meets_on: date | None


def escalated(session: Session, on: date) -> list[WentUp]:
    """Open orders with a running clock whose escalation has passed its first step since a joint
    meeting last spoke of the order (the first of the state's clocks), and those before the joint
    meeting. By number (F-09).
    """
    clocks = _late(session) | dict.fromkeys(_before_the_meeting(session))
    numbered = select(Order).where(col(Order.id).in_(clocks)).order_by(col(Order.number))
    orders, ended = session.exec(numbered).all(), ended_villages(session)
    name_of, listed = _namer(session, orders), on_an_agenda(session, on)
    return [
        WentUp(
            order,
            name_of(VILLAGE, order),
            late := clocks[order.id],
            name_of(late.owner, order) if late and late.after is None else "",
            name_of(turn.owner, order),
            turn.owner is DEPARTMENT and (late is not None and late.owner is DEPARTMENT),
            listed.get(order.id),
        )
        for order in orders
        if (turn := ORDER.owed(order, on, ended))
    ]


def _namer(session: Session, orders: Sequence[Order]) -> Callable[[Owner, Order], str]:
    """What an owner of one of these orders is called."""
    villages = place_names(session, orders)
    codes = (order.department for order in orders)
    departments = directory.names(session, DirectoryKind.DEPARTMENT, codes)

    def name_of(owner: Owner, order: Order) -> str:
        if owner is DEPARTMENT:
            return departments.get(order.department or "", owner.label)
        return villages[order.village] if owner is VILLAGE else owner.label

    return name_of


def _before_the_meeting(session: Session) -> Sequence[str]:
    returned = select(Order.id).where(col(Order.for_meeting), col(Order.state).in_(OPEN))
    return session.exec(returned).all()


def _late(session: Session) -> dict[str, Clock | None]:
    """Order -> the clock of its state that went up for the day it has now."""
    spoken_of = _spoken_of()
    went_up = (
        select(Order, OrderEvent)
        .join(OrderEvent, col(OrderEvent.order) == Order.id)
        .outerjoin(spoken_of, spoken_of.c.order == Order.id)
        .where(
            col(Order.state).in_(OPEN),
            OrderEvent.action == Action.FALL_OVERDUE,
            col(OrderEvent.step) > 0,
            col(OrderEvent.id) > func.coalesce(spoken_of.c.id, 0),
        )
    )
    steps: dict[str, tuple[Order, set[tuple[str | None, date | None]]]] = {}
    for order, event in session.exec(went_up):
        steps.setdefault(order.id, (order, set()))[1].add((event.clock, event.due))
    late: dict[str, Clock | None] = {}
    for order, taken in steps.values():
        for clock in reversed(ORDER.state_of(order).clocks):
            if (clock.code, clock.due(order)) in taken:
                late[order.id] = clock
    return late


def _spoken_of() -> Subquery:
    """Order -> the last entry of its history that a joint meeting made."""
    return (
        select(OrderEvent.order, func.max(OrderEvent.id).label("id"))
        .where(col(OrderEvent.action).in_(MEETINGS), OrderEvent.account == SYSTEM.account)
        .group_by(col(OrderEvent.order))
        .subquery()
    )
