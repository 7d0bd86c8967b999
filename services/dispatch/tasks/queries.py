"""What waits for whom, each with one due date; and the figures by department."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.tasks import Task
from schemas.codes import OrderState, Role
from services.dispatch.directory.queries import place_names
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.queries import OPEN, may_see
from services.dispatch.orders.rules import RUNNING, Clock, Deed

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
