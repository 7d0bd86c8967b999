"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import NotFound
from kit.seal import unseal
from rulebook.masking import mask_id
from schemas.codes import GapItem, OrderState, RiskCause, Role
from schemas.values import NeedWords
from services.dispatch import service
from services.dispatch.departments.queries import departments
from services.dispatch.directory.models import Division
from services.dispatch.directory.queries import place_names
from services.dispatch.orders import rules
from services.dispatch.orders.models import Order, OrderEvent, Reply
from services.dispatch.orders.rules import DEPARTMENT, DOERS, RUNNING, UNSOLVED, Clock, Deed

OPEN = [state for state in OrderState if state is not OrderState.CLOSED]


def steps_spoken(session: Session, order: Order) -> dict[Clock, set[int | None]]:
    """Escalation steps already taken by each clock for the due day that it has now."""
    found = select(OrderEvent).where(
        OrderEvent.order == order.id, OrderEvent.deed == Deed.FALL_OVERDUE
    )
    rows = session.exec(found).all()
    return {
        clock: {
            row.step
            for row in rows
            if row.clock == clock and row.due == getattr(order, f"{clock}_due")
        }
        for clock in Clock
    }


def closed_before(session: Session, household: str, gap_item: GapItem) -> Order | None:
    """The latest closed order for the same matter of the household: a new finding reopens it as a
    new one.
    """
    found = select(Order).where(
        Order.household == household, Order.gap_item == gap_item, Order.state == OrderState.CLOSED
    )
    return session.exec(found.order_by(col(Order.number).desc())).first()


def cause_of(session: Session, case: str) -> RiskCause | None:
    first = session.exec(select(Order).where(Order.case == case).order_by(Order.number)).first()
    return first.cause if first else None


def report_limit(session: Session, order: Order) -> str:
    """How long a department has from the issue to its report, as people read it: 15个工作日."""
    return service.pack_of(session, order.pack_ref).dispatch.report_limit.label


def latest_reply(session: Session, order: str) -> Reply | None:
    return session.exec(
        select(Reply).where(Reply.order == order).order_by(col(Reply.id).desc())
    ).first()


def may_see(actor: Actor) -> ColumnElement[bool]:
    """Which orders: the county all, a department its own, villages and townships theirs."""
    match actor.role:
        case Role.COUNTY_CLERK | Role.COUNTY_LEADER:
            return true()
        case Role.DEPARTMENT_CLERK | Role.DEPARTMENT_HEAD:
            return or_(
                col(Order.department) == actor.place, col(Order.co_handlers).contains([actor.place])
            )
        case Role.VILLAGE_CLERK:
            return col(Order.village) == actor.place
        case Role.TOWNSHIP_CLERK | Role.TOWNSHIP_HEAD:
            return col(Order.village).startswith(actor.place[:9])
    return false()


def overdue(on: date) -> ColumnElement[bool]:
    """A clock that runs in the order's state has passed its due day."""
    return or_(
        *(
            and_(col(Order.state) == state, getattr(Order, f"{clock}_due") < on)
            for state, clocks in RUNNING.items()
            for clock in clocks
        )
    )


def orders(
    session: Session,
    actor: Actor,
    on: date,
    *,
    state: OrderState | None = None,
    department: str | None = None,
    case: str | None = None,
    late: bool | None = None,
    limit: int = 1000,
) -> Sequence[Order]:
    """The newest first; `late`: only those with a running clock past its due day (or only those
    without).
    """
    found = select(Order).where(may_see(actor))
    if state:
        found = found.where(Order.state == state)
    if department:
        found = found.where(
            or_(col(Order.department) == department, col(Order.co_handlers).contains([department]))
        )
    if case:
        found = found.where(Order.case == case)
    if late is not None:
        found = found.where(overdue(on) if late else ~overdue(on))
    return session.exec(found.order_by(col(Order.number).desc()).limit(limit)).all()


def order(session: Session, order_id: str, actor: Actor) -> Order:
    """`NotFound` also for an order that the actor may not see."""
    found = session.exec(select(Order).where(Order.id == order_id, may_see(actor))).first()
    if found is None:
        raise NotFound("没有这张交办单,或者不在您的范围内。")
    return found


def previous(session: Session, order: Order, actor: Actor) -> Order | None:
    """The closed order for the same matter that this one follows, if the actor may see it."""
    return session.exec(select(Order).where(Order.id == order.follows, may_see(actor))).first()


def order_numbered(session: Session, number: str) -> Order | None:
    return session.exec(select(Order).where(Order.number == number)).first()


def history(session: Session, order_id: str) -> Sequence[OrderEvent]:
    return session.exec(
        select(OrderEvent).where(OrderEvent.order == order_id).order_by(col(OrderEvent.id))
    ).all()


def replies(session: Session, order_id: str) -> Sequence[Reply]:
    return session.exec(select(Reply).where(Reply.order == order_id).order_by(Reply.id)).all()


def search(session: Session, q: str, actor: Actor) -> Sequence[Order]:
    """By number, head's name or village's name."""
    like = f"%{q.strip().replace('%', '')}%"
    if like == "%%":
        return []
    named = select(Division.code).where(
        col(Division.name).like(like)
    )  # a township's name finds its villages
    villages = select(Division.code).where(
        or_(col(Division.code).in_(named), col(Division.parent).in_(named))
    )
    found = select(Order).where(
        may_see(actor),
        or_(
            col(Order.number).ilike(like),
            col(Order.head_name).like(like),
            col(Order.village).in_(villages),
        ),
    )
    return session.exec(found.order_by(col(Order.number).desc()).limit(200)).all()


def unsolved(session: Session, actor: Actor) -> Sequence[Order]:
    """Oldest first, by the day of the first issue."""
    found = select(Order).where(may_see(actor), col(Order.state).in_(UNSOLVED))
    return session.exec(
        found.order_by(func.coalesce(Order.first_issued_on, Order.opened_on), Order.number)
    ).all()


@dataclass(frozen=True)
class RunningClock:
    """`left`: working days until the due day, negative when it has passed."""

    clock: Clock
    due: date
    left: int


def clocks(session: Session, order: Order, on: date) -> list[RunningClock]:
    """The clocks that run in the order's state."""
    calendar = service.calendar(session)
    dues = [(clock, getattr(order, f"{clock}_due")) for clock in RUNNING[order.state]]
    return [
        RunningClock(clock, due, calendar.working_days_between(on, due))
        for clock, due in dues
        if due
    ]


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
    if actor.role in DEPARTMENT:
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
        for deed, doers in DOERS.items()
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
