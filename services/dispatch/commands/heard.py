"""What dispatch does on hearing from village, county, the departments' systems and its own
clocks.
"""

from datetime import datetime

from sqlmodel import Session

from kit.actor import SYSTEM, Actor
from kit.deadlines import Due
from kit.errors import Refused
from kit.outbox import emit
from rulebook.months import local_date
from schemas.codes import Role
from schemas.county import MeetingDecided
from schemas.department import (
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from schemas.dispatch import DepartmentOrderReminded, DepartmentReplyRefused, OrderFellOverdue
from schemas.village import DivisionNamed
from services.dispatch import queries, rules
from services.dispatch.commands.departments import tell
from services.dispatch.commands.office import move_solve_due
from services.dispatch.commands.opening import chosen, issue, open_order
from services.dispatch.commands.replies import ReplyDraft, accept_order, report_order, return_order
from services.dispatch.commands.steps import facts, moments_of, record, set_next, take
from services.dispatch.models import Division, Order
from services.dispatch.rules import Clock, Deed

FromDepartment = OrderAcceptedByDepartment | OrderReturnedByDepartment | OrderReportedByDepartment


def name_division(session: Session, event: DivisionNamed) -> None:
    session.merge(
        Division(code=event.division, level=event.level, name=event.name, parent=event.parent)
    )


def take_reply(session: Session, event: FromDepartment, at: datetime) -> None:
    """A department's system answers at `at` (aware). What the order's state does not allow is
    refused and said so; a reply about an order that does not exist is nobody's: `NotFound`.
    """
    order, on = take(session, event.order), local_date(at)
    name = queries.department_name(session, event.department)
    officer = Actor(
        f"department/{event.department}", f"{name}业务系统", Role.DEPARTMENT_CLERK, event.department
    )
    try:
        with session.begin_nested():  # nothing half-written
            _apply(session, event, officer, at)
    except Refused as refusal:
        session.refresh(order)
        record(session, order, Deed.REFUSE_REPLY, actor=officer, on=on, text=str(refusal))
        tell(
            session,
            event.department,
            DepartmentReplyRefused,
            order=order.id,
            reply=event.type,
            reason=str(refusal),
            on=on,
        )


def _apply(session: Session, event: FromDepartment, officer: Actor, at: datetime) -> None:
    on = local_date(at)
    match event:
        case OrderAcceptedByDepartment():
            accept_order(session, event.order, actor=officer, on=on)
        case OrderReturnedByDepartment():
            return_order(
                session,
                event.order,
                reason=event.reason,
                proposed=event.proposed,
                actor=officer,
                on=on,
            )
        case OrderReportedByDepartment():
            draft = ReplyDraft(
                result=event.result,
                explanation=event.explanation,
                expected_on=event.expected_on,
                amount=event.amount,
                head_signed=event.head_signed,
                own_system_updated=event.own_system_updated,
            )
            report_order(session, event.order, draft, actor=officer, on=on)


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
            cause=queries.cause_of(session, event.case),
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
                Deed.KEEP,
                actor=SYSTEM,
                on=event.on,
                text=f"{event.text}(未执行:{refusal})",
            )


def _decided(session: Session, order: Order, event: MeetingDecided) -> None:
    if event.department and event.department != order.department:
        if rules.leads_to(order.state, Deed.REASSIGN) is None:
            raise Refused(rules.why_not(order.state, Deed.REASSIGN))
        route = chosen(session, event.department)
        issue(
            session,
            order,
            route,
            actor=SYSTEM,
            on=event.on,
            deed=Deed.REASSIGN,
            text=event.text,
            solve_due=event.due,
        )
    elif event.due:
        move_solve_due(
            session, order.id, due=event.due, reason=event.text, actor=SYSTEM, on=event.on
        )
    else:
        record(session, order, Deed.KEEP, actor=SYSTEM, on=event.on, text=event.text)


def ring_clock(session: Session, due: Due) -> None:
    """A clock's moment has come: remind, or say that the due day has passed and how far it has gone
    up.
    """
    order_id, _, name = due.about.partition("/")
    order, clock = take(session, order_id), Clock[name.upper()]
    day = getattr(order, f"{clock}_due")
    if clock not in rules.RUNNING[order.state] or day is None:
        return
    on = local_date(due.at)
    ringing = [m for m in moments_of(session, order, clock, since=day.min) if m.at == due.at]
    for moment in ringing:
        if moment.step is None:
            record(session, order, Deed.REMIND, actor=SYSTEM, on=on, clock=clock, due=day)
        else:
            _fall_overdue(session, order, clock, moment.step, due)
    if ringing and clock in rules.DEPARTMENTS_CLOCKS:
        tell(
            session,
            order.department,
            DepartmentOrderReminded,
            order=order.id,
            number=order.number,
            clock=clock.value,
            due=day,
            overdue=ringing[0].step is not None,
            on=on,
        )
    set_next(session, order, clock, rules.Moment(due.at, None))


def _fall_overdue(session: Session, order: Order, clock: Clock, step: int, due: Due) -> None:
    day, on = getattr(order, f"{clock}_due"), local_date(due.at)
    if clock is Clock.REPORT:
        order.not_reported_since = day
    elif clock is Clock.SOLVE:
        order.not_solved_since = day
    record(session, order, Deed.FALL_OVERDUE, actor=SYSTEM, on=on, clock=clock, due=day, step=step)
    emit(session, OrderFellOverdue(**facts(order, on), clock=clock.value, due=day, step=step))
