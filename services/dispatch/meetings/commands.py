"""A meeting's notice is kept and passed on, its decisions are carried out. Nobody here commits."""

from sqlmodel import Session

from kit.actor import SYSTEM
from kit.errors import Refused
from schemas.county import MeetingDecided, MeetingNoticed
from schemas.dispatch import DepartmentMeetingNoticed
from services.dispatch.decisions.commands import move_solve_due
from services.dispatch.issuing.commands import chosen, issue, open_order
from services.dispatch.meetings.models import MeetingNotice
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders.commands import record, take, tell
from services.dispatch.orders.models import Order
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action


def notice_meeting(session: Session, event: MeetingNoticed) -> None:
    """A department's own items at the joint meeting: kept for its officers, sent to its system. A
    long notice comes in parts (F-22): the first begins it anew, the others add to it.
    """
    titles = tuple(line.title for line in event.lines)
    orders = tuple(
        order for line in event.lines for order in line.orders or filter(None, [line.order])
    )
    key = event.meeting, event.department
    before = session.get(MeetingNotice, key) if event.part else None
    session.merge(
        MeetingNotice(
            meeting=event.meeting,
            department=event.department,
            on=event.on,
            place=event.place,
            titles=[*(before.titles if before else ()), *titles],
            orders=[*(before.orders if before else ()), *orders],
        )
    )
    tell(
        session,
        event.department,
        DepartmentMeetingNoticed,
        meeting=event.meeting,
        on=event.on,
        place=event.place,
        titles=titles,
        orders=orders,
        part=event.part,
        more=event.more,
    )


def carry_out_decision(session: Session, event: MeetingDecided) -> None:
    """What the joint meeting decided of an order (its due day, its department), or a new order
    (D12).
    """
    if event.need and event.case:
        open_order(
            session,
            event.need,
            case=event.case,
            household=event.household or "",
            village=event.village or "",
            cause=orders_queries.cause_of(session, event.case),
            on=event.on,
            department=event.department,
        )
    elif event.order:
        order = take(session, event.order)
        order.for_meeting = False
        try:
            with session.begin_nested():
                _decided(session, order, event)
        except Refused as refusal:  # closed meanwhile: the decision is kept in view, not lost
            session.refresh(order)
            record(
                session,
                order,
                Action.KEEP,
                actor=SYSTEM,
                on=event.on,
                text=f"{event.text}（未执行：{refusal}）",
            )


def _decided(session: Session, order: Order, event: MeetingDecided) -> None:
    if event.department and event.department != order.department:
        ORDER.require(order, Action.REASSIGN)
        route = chosen(session, event.department)
        issue(
            session,
            order,
            route,
            actor=SYSTEM,
            on=event.on,
            action=Action.REASSIGN,
            text=event.text,
            solve_due=event.due,
        )
    elif event.due:
        move_solve_due(
            session, order.id, due=event.due, reason=event.text, actor=SYSTEM, on=event.on
        )
    else:
        record(session, order, Action.KEEP, actor=SYSTEM, on=event.on, text=event.text)
