"""What can be told to do. Nobody here commits."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, select

from kit import deadlines
from kit.actor import SYSTEM, Actor
from kit.deadlines import Due
from kit.errors import Conflict, Forbidden, NotFound, Refused
from kit.messaging.inbox import origin
from kit.messaging.outbox import emit
from kit.seal import seal_for, unseal
from rulebook.months import local_date
from schemas.codes import OrderState, Role
from schemas.dispatch import (
    DepartmentOrderChanged,
    DepartmentOrderIssued,
    DepartmentOrderReminded,
    OrderFellOverdue,
)
from schemas.values import NeedWords
from services.dispatch import service
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders import queries, rules
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.rules import DEPARTMENTS_CLOCKS, DOERS, RUNNING, Clock, Deed, Moment


def tell(session: Session, department: str | None, event: type[Any], **fields: Any) -> None:
    """Publish to the department's topic if it has a system; its officers see everything in the
    portal.
    """
    if department and departments_queries.key_of(session, department):
        emit(session, event(department=department, **fields))


def tell_issued(session: Session, order: Order, departments: Iterable[str]) -> None:
    """The order to its department and co-handlers, each with a sealed block only it can open."""
    for department in departments:
        if key := departments_queries.key_of(session, department):
            full = unseal(session, order.words, NeedWords)
            pack = service.pack_of(session, order.pack_ref)
            words = rules.minimal(full, order.gap_item, pack)
            tell(
                session,
                department,
                DepartmentOrderIssued,
                order=order.id,
                number=order.number,
                gap_item=order.gap_item,
                cause=order.cause,
                question=order.question,
                lead=department == order.department,
                village=order.village,
                issued_on=order.issued_on,
                accept_due=order.accept_due,
                return_due=order.return_due,
                report_due=order.report_due,
                solve_due=order.solve_due,
                urgent=order.urgent,
                sealed=seal_for(key.kid, key.key, words),
            )


def tell_changed(
    session: Session,
    order: Order,
    what: str,
    *,
    on: date,
    reason: str | None = None,
    to: Iterable[str] | None = None,
) -> None:
    """To the order's department, or to those named, that another hand changed the order."""
    for department in (order.department,) if to is None else to:
        tell(
            session,
            department,
            DepartmentOrderChanged,
            order=order.id,
            number=order.number,
            state=order.state,
            on=on,
            what=what,
            reason=reason,
            report_due=order.report_due,
            solve_due=order.solve_due,
        )


DEADLINE = "order clock"


def take(session: Session, order_id: str) -> Order:
    """The order, locked until the transaction ends."""
    found = (
        select(Order)
        .where(Order.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    order = session.exec(found).one_or_none()
    if order is None:
        raise NotFound("没有这张交办单,请核对编号。")
    return order


def take_for_office(session: Session, order_id: str, deed: Deed, actor: Actor) -> Order:
    actor.require(*DOERS[deed], Role.SYSTEM, deed=deed.label)
    return allow(take(session, order_id), deed)


def take_for_department(
    session: Session, order_id: str, deed: Deed, actor: Actor, on_behalf: str | None = None
) -> Order:
    """For the officers of the order's own department, or the office's clerk for one who phoned or
    sent paper.
    """
    actor.require(*DOERS[deed], Role.COUNTY_CLERK, deed=deed.label)
    order = take(session, order_id)
    if actor.role is Role.COUNTY_CLERK:
        _demand_name(on_behalf, "部门经办人")
    elif actor.place != order.department:
        raise Forbidden("这张交办单不在贵单位名下,不能办理。")
    return allow(order, deed)


def take_for_village(
    session: Session, order_id: str, deed: Deed, actor: Actor, on_behalf: str | None = None
) -> Order:
    actor.require(*DOERS[deed], Role.COUNTY_CLERK, deed=deed.label)
    order = take(session, order_id)
    if actor.role is Role.COUNTY_CLERK:
        _demand_name(on_behalf, "村里来电话的人")
    else:
        actor.require(*DOERS[deed], place=order.village, deed=deed.label)
    return allow(order, deed)


def _demand_name(on_behalf: str | None, whose: str) -> None:
    if not (on_behalf or "").strip():
        raise Refused(f"代为登记要写明{whose}的姓名。")


def allow(order: Order, deed: Deed) -> Order:
    if rules.leads_to(order.state, deed) is None:
        raise Conflict(rules.why_not(order.state, deed))
    return order


def demand(text: str | None, sentence: str) -> str:
    """The text without blanks around it; `Refused` with the sentence when there is none."""
    if not (text or "").strip():
        raise Refused(sentence)
    return (text or "").strip()


def enter(
    session: Session,
    order: Order,
    deed: Deed,
    *,
    actor: Actor,
    on: date,
    text: str = "",
    late: bool = False,
    on_behalf: str | None = None,
) -> None:
    """Write the deed into the history, move the order on and set the clocks of its new state."""
    before = order.state
    order.state = rules.leads_to(before, deed) or before
    record(
        session,
        order,
        deed,
        actor=actor,
        on=on,
        text=text,
        late=late,
        on_behalf=on_behalf,
        before=before,
    )
    set_clocks(session, order, on, before=before)


def record(
    session: Session,
    order: Order,
    deed: Deed,
    *,
    actor: Actor,
    on: date,
    text: str = "",
    late: bool = False,
    on_behalf: str | None = None,
    before: OrderState | None = None,
    **more: Any,
) -> None:
    order.version += 1
    session.add(order)
    session.flush()  # the order first: its history refers to it
    session.add(
        OrderEvent(
            order=order.id,
            on=on,
            deed=deed,
            actor=f"{actor.label}代{on_behalf}" if on_behalf else actor.label,
            account=actor.account,
            from_state=before or order.state,
            to_state=order.state,
            department=order.department,
            text=text,
            late=late,
            origin=origin(session),
            **more,
        )
    )


def set_clocks(
    session: Session, order: Order, on: date, *, before: OrderState | None = None
) -> None:
    """One deadline a running clock: its next moment. Clocks of the state left are cancelled."""
    running, spoken = RUNNING[order.state], queries.steps_spoken(session, order)
    coming = {
        clock: [
            moment
            for moment in moments_of(session, order, clock, since=on)
            if moment.step not in spoken[clock]
        ]
        for clock in running
    }
    _set_next(session, order, {clock: [] for clock in RUNNING[before or order.state]} | coming)


def set_next(session: Session, order: Order, clock: Clock, after: Moment) -> None:
    coming = moments_of(session, order, clock, since=local_date(after.at))
    _set_next(session, order, {clock: [moment for moment in coming if moment.at > after.at]})


def _set_next(session: Session, order: Order, coming: dict[Clock, list[Moment]]) -> None:
    """A clock to which nothing comes any more is cancelled."""
    deadlines.set_all(
        session, DEADLINE, {f"{order.id}/{clock}": of[0].at for clock, of in coming.items() if of}
    )
    deadlines.cancel(
        session, DEADLINE, *(f"{order.id}/{clock}" for clock, of in coming.items() if not of)
    )


def moments_of(session: Session, order: Order, clock: Clock, *, since: date) -> list[Moment]:
    due: date | None = getattr(order, f"{clock}_due")
    if due is None:
        return []
    limits = service.pack_of(session, order.pack_ref).dispatch
    # while the report is awaited for the same day, one reminder is enough
    twice = (
        clock is Clock.SOLVE and Clock.REPORT in RUNNING[order.state] and due == order.report_due
    )
    remind_before = () if twice else limits.remind_before
    return rules.moments(
        due, service.calendar(session), remind_before, limits.escalate_after, since
    )


def facts(order: Order, on: date) -> dict[str, Any]:
    """What every event of an order says."""
    return {
        "order": order.id,
        "number": order.number,
        "case": order.case,
        "household": order.household,
        "village": order.village,
        "gap_item": order.gap_item,
        "department": order.department,
        "state": order.state,
        "on": on,
    }


def ring_clock(session: Session, due: Due) -> None:
    """A clock's moment has come: remind, or say that the due day has passed and how far it has gone
    up.
    """
    order_id, _, name = due.about.partition("/")
    order, clock = take(session, order_id), Clock[name.upper()]
    day = getattr(order, f"{clock}_due")
    if clock not in RUNNING[order.state] or day is None:
        return
    on = local_date(due.at)
    ringing = [m for m in moments_of(session, order, clock, since=day.min) if m.at == due.at]
    for moment in ringing:
        if moment.step is None:
            record(session, order, Deed.REMIND, actor=SYSTEM, on=on, clock=clock, due=day)
        else:
            _fall_overdue(session, order, clock, moment.step, due)
    if ringing and clock in DEPARTMENTS_CLOCKS:
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
    set_next(session, order, clock, Moment(due.at, None))


def _fall_overdue(session: Session, order: Order, clock: Clock, step: int, due: Due) -> None:
    day, on = getattr(order, f"{clock}_due"), local_date(due.at)
    if clock is Clock.REPORT:
        order.not_reported_since = day
    elif clock is Clock.SOLVE:
        order.not_solved_since = day
    record(session, order, Deed.FALL_OVERDUE, actor=SYSTEM, on=on, clock=clock, due=day, step=step)
    emit(session, OrderFellOverdue(**facts(order, on), clock=clock.value, due=day, step=step))
