"""What pages show of orders: names beside codes, countdowns, what the actor may do, whom it is
about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.seal import unseal
from rulebook.masking import mask_id
from schemas.codes import OrderState, Role
from schemas.values import NeedWords
from services.dispatch import rules, service
from services.dispatch.models import Order
from services.dispatch.queries.orders import (
    OPEN,
    RunningClock,
    clocks,
    days_since_issue,
    departments,
    may_see,
    overdue,
    place_names,
    unsolved,
)
from services.dispatch.rules import Deed


@dataclass(frozen=True)
class Line:
    """One order on a board or in a table. `days`: working days since the first issue."""

    order: Order
    village: str
    department: str
    co_handlers: tuple[str, ...]
    clocks: list[RunningClock]
    days: int | None

    @property
    def overdue(self) -> bool:
        return any(clock.left < 0 for clock in self.clocks)

    @property
    def next(self) -> RunningClock | None:
        """The most pressing clock."""
        return min(self.clocks, key=lambda clock: clock.due, default=None)


def lines(session: Session, orders: Iterable[Order], on: date) -> list[Line]:
    places = place_names(session)
    names = {department.code: department.name for department in departments(session)}
    return [
        Line(
            order,
            places.get(order.village, order.village),
            names.get(order.department or "", order.department or "待定"),
            tuple(names.get(code, code) for code in order.co_handlers),
            clocks(session, order, on),
            days_since_issue(session, order, on),
        )
        for order in orders
    ]


def words(session: Session, order: Order, actor: Actor) -> NeedWords:
    """Whom the order is about, as far as the actor needs it: its department what it must look up,
    the county all, others with masked numbers.
    """
    full = unseal(session, order.words, NeedWords)
    if actor.role in rules.DEPARTMENT:
        return rules.minimal(full, order.gap_item, service.pack_of(session, order.pack_ref))
    if actor.role is Role.COUNTY_CLERK:
        return full
    hidden = {
        key: mask_id(number)
        for key in ("id_number", "person_id_number")
        if (number := getattr(full, key))
    }
    return full.model_copy(update=hidden)


def allowed_deeds(order: Order, actor: Actor, on: date) -> set[Deed]:
    """The buttons the actor may press now."""
    return {
        deed
        for deed, doers in rules.DOERS.items()
        if rules.leads_to(order.state, deed)
        and _mine(order, actor, doers)
        and _in_time(order, deed, on)
    }


def _mine(order: Order, actor: Actor, doers: Sequence[Role]) -> bool:
    if actor.role is Role.COUNTY_CLERK:
        return True  # its own deeds, and on behalf of whoever phoned
    return actor.role in doers and actor.place in (order.department, order.village)


def _in_time(order: Order, deed: Deed, on: date) -> bool:
    if deed is Deed.ISSUE:
        return order.state is OrderState.TO_ROUTE
    if deed is Deed.CONFIRM_BY_OFFICE:
        return rules.is_late(on, order.confirm_due)
    if deed is Deed.RETURN:
        return order.returns > 0 or not rules.is_late(on, order.return_due)
    return True


@dataclass(frozen=True)
class Counts:
    by_state: dict[OrderState, int]
    overdue: int
    for_meeting: int


def counts(session: Session, actor: Actor, on: date) -> Counts:
    mine = may_see(actor)
    by_state = dict(
        session.exec(select(Order.state, func.count()).where(mine).group_by(Order.state)).all()
    )  # type: ignore[call-overload]
    return Counts(
        {state: by_state.get(state, 0) for state in OrderState},
        session.exec(select(func.count()).select_from(Order).where(mine, overdue(on))).one(),
        session.exec(
            select(func.count())
            .select_from(Order)
            .where(mine, col(Order.for_meeting), col(Order.state).in_(OPEN))
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
    found = lines(session, unsolved(session, actor), on)
    banded: list[tuple[str, list[Line]]] = []
    above = -1
    for most, label in BANDS:
        mine = [line for line in found if above < max(line.days or 0, 0) <= most]
        banded.append((label, mine))
        above = most
    return banded
