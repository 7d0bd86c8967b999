"""What waits for whom, each with one due date; and the figures by department."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.web import Task
from schemas.codes import OrderState, Role
from services.dispatch import service
from services.dispatch.models import Order, OrderEvent
from services.dispatch.queries.orders import OPEN, departments, may_see, place_names
from services.dispatch.rules import RUNNING, Clock, Deed

S = OrderState
OFFICE = {
    S.TO_ROUTE: ("确定承办部门", Clock.ROUTE),
    S.RETURNED: ("裁定退回", Clock.DECIDE),
    S.ANSWERED: ("看答复,办结或重新办理", Clock.CLOSE),
    S.CONFIRMED: ("办结", Clock.CLOSE),
}
DEPARTMENT = {
    S.ISSUED: ("签收或退回", Clock.ACCEPT),
    S.ACCEPTED: ("反馈办理结果", Clock.REPORT),
    S.UNDER_WAY: ("办到解决", Clock.SOLVE),
}
VILLAGE = {S.SOLVED: ("核实帮扶是否落实", Clock.CONFIRM)}


def desk(session: Session, actor: Actor, on: date) -> list[Task]:
    """The actor's open tasks, the most pressing first."""
    found = select(Order).where(may_see(actor), col(Order.state).in_(OPEN)).order_by(Order.number)
    names = place_names(session)
    went_up = _went_up(session) if actor.role is Role.COUNTY_LEADER else set()
    tasks = [
        task for order in session.exec(found) if (task := _task(order, actor, on, names, went_up))
    ]
    return sorted(tasks, key=lambda task: task.due or date.max)


def _task(
    order: Order, actor: Actor, on: date, names: dict[str, str], went_up: set[str]
) -> Task | None:
    what: tuple[str, Clock] | None = None
    match actor.role:
        case Role.COUNTY_CLERK:
            what = OFFICE.get(order.state)
            if order.state is S.SOLVED and order.confirm_due and order.confirm_due < on:
                what = ("村里没有答复,请核实", Clock.CONFIRM)
        case Role.DEPARTMENT_CLERK | Role.DEPARTMENT_HEAD if order.department == actor.place:
            what = DEPARTMENT.get(order.state)
        case Role.VILLAGE_CLERK:
            what = VILLAGE.get(order.state)
        case Role.COUNTY_LEADER if order.for_meeting or order.id in went_up:
            return Task(
                _title(order, names),
                f"/dispatch/orders/{order.id}",
                order.solve_due,
                "第二次退回,待联席会议" if order.for_meeting else "逾期已升级",
            )
    if what is None:
        return None
    deed, clock = what
    due = getattr(order, f"{clock}_due")
    note = " · ".join(
        [
            deed,
            *(
                word
                for word, holds in (
                    ("紧急", order.urgent),
                    ("逾期", due and due < on),
                    ("待联席会议", order.for_meeting),
                )
                if holds
            ),
        ]
    )
    return Task(_title(order, names), f"/dispatch/orders/{order.id}", due, note)


def _title(order: Order, names: dict[str, str]) -> str:
    return f"{order.number} {names.get(order.village, order.village)} {order.gap_item.label}"


def _went_up(session: Session) -> set[str]:
    """Orders with a running clock whose escalation has passed its first step."""
    found = (
        select(Order, OrderEvent)
        .join(OrderEvent, col(OrderEvent.order) == Order.id)
        .where(
            col(Order.state).in_(OPEN),
            OrderEvent.deed == Deed.FALL_OVERDUE,
            col(OrderEvent.step) > 0,
        )
    )
    return {
        order.id
        for order, event in session.exec(found)
        if event.clock in RUNNING[order.state] and getattr(order, f"{event.clock}_due") == event.due
    }


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
    session: Session, since: date | None = None, until: date | None = None
) -> list[DepartmentFigures]:
    """By department in the order of their codes: nobody is ranked."""
    found = select(Order).where(col(Order.department).is_not(None))
    if since:
        found = found.where(col(Order.issued_on) >= since)
    if until:
        found = found.where(col(Order.issued_on) <= until)
    by_department: dict[str, list[Order]] = {}
    for order in session.exec(found):
        by_department.setdefault(order.department or "", []).append(order)
    returned = _returned_by(session, since, until)
    calendar = service.calendar(session)

    def figures(code: str, name: str) -> DepartmentFigures:
        mine = by_department.get(code, [])
        days = [
            calendar.working_days_between(order.first_issued_on, order.closed_on)
            for order in mine
            if order.first_issued_on and order.closed_on
        ]
        return DepartmentFigures(
            code,
            name,
            issued=len(mine),
            accepted=_count(mine, lambda o: o.accepted_on),
            reported_in_time=_count(mine, lambda o: o.reported_on and not o.report_late),
            reported_late=_count(mine, lambda o: o.reported_on and o.report_late),
            not_reported=_count(mine, lambda o: o.not_reported_since),
            not_solved=_count(mine, lambda o: o.not_solved_since),
            returned=returned.get(code, 0),
            closed=_count(mine, lambda o: o.closed_on),
            average_days=round(sum(days) / len(days), 1) if days else None,
        )

    return [figures(department.code, department.name) for department in departments(session)]


def _count(orders: Iterable[Order], holds: Callable[[Order], object]) -> int:
    return sum(1 for order in orders if holds(order))


def _returned_by(session: Session, since: date | None, until: date | None) -> dict[str, int]:
    found = select(OrderEvent.department).where(OrderEvent.deed == Deed.RETURN)
    if since:
        found = found.where(OrderEvent.on >= since)
    if until:
        found = found.where(OrderEvent.on <= until)
    counted: dict[str, int] = {}
    for code in session.exec(found):
        counted[code or ""] = counted.get(code or "", 0) + 1
    return counted
