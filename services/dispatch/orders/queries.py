"""Orders as somebody sees them: lists, one with its history, its clocks and what can be done now.
Nothing here changes or locks anything.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit import directory
from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import has, name_has
from kit.errors import NotFound
from kit.policy.purpose import Veil, veil_of
from kit.procedure import reading
from kit.procedure.clocks import Spoken
from kit.seal import unseal
from rulebook.terms import Terms
from schemas.codes import (
    DIVISIONS,
    ClockOwner,
    DirectoryKind,
    GapItem,
    OrderClock,
    OrderState,
    RiskCause,
)
from schemas.values import NeedWords
from services.dispatch import service
from services.dispatch.orders import rules
from services.dispatch.orders.forms import OrderFilter
from services.dispatch.orders.models import Order, OrderEvent, Reply
from services.dispatch.orders.policy import policy
from services.dispatch.orders.procedure import ORDER, SOLVE
from services.dispatch.orders.rules import UNSOLVED, Action

OPEN = [state for state in OrderState if state is not OrderState.CLOSED]


def terms(session: Session, order: Order) -> Terms:
    """The limits that hold for the order."""
    return service.terms(session, order.pack_ref)


def steps_spoken(session: Session, order: Order) -> Spoken:
    """Escalation steps already taken by each clock for the due day that it has when asked."""
    statement = select(OrderEvent).where(
        OrderEvent.order == order.id, OrderEvent.action == Action.FALL_OVERDUE
    )
    events = session.exec(statement).all()
    return lambda clock: {
        row.step
        for row in events
        if row.clock == clock and row.due == ORDER.clock(clock).due(order)
    }


def closed_before(session: Session, household: str, gap_item: GapItem) -> Order | None:
    """The latest closed order for the same matter of the household: a new finding reopens it as a
    new one.
    """
    statement = select(Order).where(
        Order.household == household, Order.gap_item == gap_item, Order.state == OrderState.CLOSED
    )
    return session.exec(statement.order_by(col(Order.number).desc())).first()


def cause_of(session: Session, case: str) -> RiskCause | None:
    first = session.exec(select(Order).where(Order.case == case).order_by(Order.number)).first()
    return first.cause if first else None


def report_limit(session: Session, order: Order) -> str:
    """How long a department has from the issue to its report, as people read it: 15个工作日."""
    return terms(session, order).words("dispatch.report_limit")


def most_returns(session: Session, order: Order) -> int:
    return service.pack_of(session, order.pack_ref).dispatch.max_returns


def solve_day_set(session: Session, order: Order) -> date | None:
    """By when it is to be solved, where office or meeting set the day themselves and no limit of
    the pack has set another since (B-30).
    """
    setting = (*SOLVE.starts, *SOLVE.by_hand)
    statement = select(OrderEvent).where(
        OrderEvent.order == order.id, col(OrderEvent.action).in_(setting)
    )
    last = session.exec(statement.order_by(col(OrderEvent.id).desc())).first()
    if last is None or (last.action not in SOLVE.by_hand and last.clock is not OrderClock.SOLVE):
        return None
    return order.solve_due


def latest_reply(session: Session, order: str) -> Reply | None:
    return session.exec(
        select(Reply).where(Reply.order == order).order_by(col(Reply.id).desc())
    ).first()


def overdue(on: date, whose: ClockOwner | None = None) -> ColumnElement[bool]:
    """A clock that runs in the order's state has passed its due day: anybody's, or his whose clock
    it is.
    """
    return or_(
        *(
            and_(col(Order.state) == code, getattr(Order, clock.field) < on)
            for code, state in ORDER.states.items()
            for clock in state.clocks
            if whose in (None, OrderClock(clock.code).owner)
        )
    )


def orders(actor: Actor, on: date, asked: OrderFilter) -> SelectOfScalar[Order]:
    """What the actor sees of what is asked for."""
    statement = select(Order).where(policy.visible(actor, "orders", Order))
    if asked.state:
        statement = statement.where(Order.state == asked.state)
    if asked.department:
        co_handling = col(Order.co_handlers).contains([asked.department])
        statement = statement.where(or_(col(Order.department) == asked.department, co_handling))
    if asked.case:
        statement = statement.where(Order.case == asked.case)
    if asked.open is not None:
        unclosed = col(Order.state) != OrderState.CLOSED
        statement = statement.where(unclosed if asked.open else ~unclosed)
    late = overdue(on, asked.whose)
    if asked.overdue is not None:
        statement = statement.where(late if asked.overdue else ~late)
    return statement


def in_states(session: Session, statement: SelectOfScalar[Order]) -> dict[OrderState, int]:
    """How many of these orders are in which state."""
    counted = select(Order.state, func.count()).where(
        col(Order.id).in_(statement.with_only_columns(col(Order.id)))
    )
    found_in = session.exec(counted.group_by(Order.state)).all()
    return {OrderState(state): count for state, count in found_in}


def order(session: Session, order_id: str, actor: Actor) -> Order:
    """`NotFound` also for an order that the actor may not see."""
    order = session.exec(
        select(Order).where(Order.id == order_id, policy.visible(actor, "orders", Order))
    ).first()
    if order is None:
        raise NotFound("没有这张交办单，或者不在您的范围内。")
    return order


def previous(session: Session, order: Order, actor: Actor) -> Order | None:
    """The closed order for the same matter that this one follows, if the actor may see it."""
    return session.exec(
        select(Order).where(Order.id == order.follows, policy.visible(actor, "orders", Order))
    ).first()


def order_numbered(session: Session, number: str) -> Order | None:
    return session.exec(select(Order).where(Order.number == number)).first()


def history(session: Session, order_id: str) -> Sequence[OrderEvent]:
    return session.exec(
        select(OrderEvent).where(OrderEvent.order == order_id).order_by(col(OrderEvent.id))
    ).all()


def replies(session: Session, order_id: str) -> Sequence[Reply]:
    return session.exec(select(Reply).where(Reply.order == order_id).order_by(Reply.id)).all()


def search(session: Session, actor: Actor, q: str) -> SelectOfScalar[Order]:
    """By number, head's name or place's name; a township's name finds its villages."""
    statement = select(Order).where(policy.visible(actor, "orders", Order))
    if not q:
        return statement.where(false())
    places = directory.entries(session, DIVISIONS, active=False)
    codes = {place.code for place in places if q in place.name}
    villages = [place.code for place in places if place.code in codes or place.parent in codes]
    return statement.where(
        or_(
            has(col(Order.number), q),
            name_has(col(Order.head_name), q),
            among(Order.village, villages),
        )
    )


def unsolved(session: Session, actor: Actor) -> Sequence[Order]:
    """Oldest first, by the day of the first issue."""
    statement = select(Order).where(
        policy.visible(actor, "orders", Order), col(Order.state).in_(UNSOLVED)
    )
    return session.exec(
        statement.order_by(func.coalesce(Order.first_issued_on, Order.opened_on), Order.number)
    ).all()


@dataclass(frozen=True)
class RunningClock:
    """`left`: working days until the due day, negative when it has passed; `late`: it has passed,
    be it by days off alone; `provisional`: it lies beyond the published calendar.
    """

    clock: OrderClock
    due: date
    left: int
    late: bool
    provisional: bool = False


def clocks(session: Session, order: Order, on: date) -> list[RunningClock]:
    """The clocks that run in the order's state."""
    calendar = service.calendar(session)
    dues = [(clock.code, clock.due(order)) for clock in ORDER.state_of(order).clocks]
    return [
        RunningClock(
            OrderClock(code),
            due,
            calendar.working_days_between(on, due),
            on > due,
            calendar.is_provisional(due),
        )
        for code, due in dues
        if due
    ]


def ended_villages(session: Session) -> set[str]:
    """Villages that ended with none to answer for them: what is open there is the office's.
    Orders at departments that ended are given away on a page of their own (`closings`).
    """
    ended = directory.ended(session, DirectoryKind.VILLAGE)
    there = directory.entries(session, DirectoryKind.VILLAGE) if ended else []
    villages = {entry.code for entry in there}
    return {entry.code for entry in ended if entry.successor not in villages}


def checks_for(session: Session, order: Order) -> str:
    """Whose committee looks whether the help came: the village's, or of the one that it joined;
    empty where it joined none and the office looks.
    """
    if order.village in ended_villages(session):
        return ""
    entry = directory.entry(session, DirectoryKind.VILLAGE, order.village)
    code = (entry and entry.successor) or order.village
    return directory.full_names(session, DirectoryKind.VILLAGE, [code])[code]


def owed_by(actor: Actor, ended: Collection[str]) -> SelectOfScalar[Order]:
    """The orders that may be the actor's turn, of every age; `ended` as `ended_villages` says."""
    at_ended = [
        and_(col(Order.state) == code, getattr(Order, owner.field).in_(ended))
        for code, state in ORDER.states.items()
        if (owner := state.owner)
        and owner.field
        and owner.above
        and actor.role in owner.above.roles
    ]
    return select(Order).where(
        policy.visible(actor, "orders", Order),
        or_(col(Order.state).in_(ORDER.states_owed_by(actor.role)), *at_ended),
    )


def is_provisional(session: Session, day: date | None) -> bool:
    """Whether the day lies beyond the published calendar (暂定)."""
    return day is not None and service.calendar(session).is_provisional(day)


def provisional_clocks(session: Session, order: Order) -> tuple[OrderClock, ...]:
    """The running clocks whose day lies beyond the published calendar (暂定)."""
    return tuple(
        OrderClock(clock.code)
        for clock in ORDER.state_of(order).clocks
        if is_provisional(session, clock.due(order))
    )


def days_since_issue(session: Session, order: Order, on: date) -> int | None:
    """Working days since the first issue; a return does not stop them."""
    if order.first_issued_on is None:
        return None
    return service.calendar(session).working_days_between(
        order.first_issued_on, order.closed_on or on
    )


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
        return any(clock.late for clock in self.clocks)

    @property
    def late(self) -> list[ClockOwner]:
        """Whose clocks have passed their day."""
        passed = (clock.clock.owner for clock in self.clocks if clock.late)
        return list(dict.fromkeys(passed))

    @property
    def provisional(self) -> str:
        """Which of its days are not final yet (暂定)."""
        return "、".join(clock.clock.label for clock in self.clocks if clock.provisional)

    @property
    def next(self) -> RunningClock | None:
        """The most pressing clock."""
        return min(self.clocks, key=lambda clock: clock.due, default=None)


def lines(session: Session, orders: Sequence[Order], on: date) -> list[Line]:
    """A whole page's orders with the names of their places and departments."""
    places = place_names(session, orders)
    codes = {code for order in orders for code in (order.department, *order.co_handlers)}
    names = directory.names(session, DirectoryKind.DEPARTMENT, codes)
    return [
        Line(
            order,
            places[order.village],
            names[order.department] if order.department else "待定",
            tuple(names[code] for code in order.co_handlers),
            clocks(session, order, on),
            days_since_issue(session, order, on),
        )
        for order in orders
    ]


def place_names(session: Session, orders: Iterable[Order]) -> dict[str, str]:
    """Village code -> name, with its township's."""
    villages = (order.village for order in orders)
    return directory.full_names(session, DirectoryKind.VILLAGE, villages)


def veil(actor: Actor, order: Order) -> Veil:
    return veil_of(policy, actor, order, telephone="telephones", id_number="id_numbers")


def words(session: Session, order: Order, actor: Actor, shown: Veil | None = None) -> NeedWords:
    """Whom the order is about, as far as the actor needs it: its department what it must look up,
    the county all; numbers as they are `shown` to him.
    """
    words = unseal(session, order.words, NeedWords)
    if not policy.reveals(actor, "whole_words", order):
        words = rules.minimal(words, order.gap_item, service.pack_of(session, order.pack_ref))
    return (shown or veil(actor, order)).over(words)


@dataclass(frozen=True)
class Timeline:
    """What happened, each with the limits that it set going; and the due days to come."""

    past: list[tuple[OrderEvent, reading.Line]]
    coming: list[reading.Line]


def timeline(session: Session, order: Order, on: date) -> Timeline:
    events, limits = history(session, order.id), terms(session, order)
    past = [reading.Past(event.on, event.action, event.text, event.actor) for event in events]
    lines = reading.timeline(ORDER, order, on, limits, past)
    coming = [
        line if _comes_from_its_limit(order, line, events, limits) else replace(line, limits=())
        for line in lines[len(events) :]
    ]
    return Timeline(list(zip(events, lines, strict=False)), coming)


def _comes_from_its_limit(
    order: Order, line: reading.Line, events: Sequence[OrderEvent], limits: Terms
) -> bool:
    """Not so when the office or a meeting has set the day itself."""
    starts = ORDER.clock(line.limits[0].clock).starts
    last = next((event for event in reversed(events) if event.action in starts), None)
    return last is not None and limits.due(starts[last.action], last.on, order) == line.on
