"""An order's steps: its state, clocks and history move on together, and its department is told.
Nobody here commits.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, select

from kit.actor import SYSTEM, Actor
from kit.deadlines import Due
from kit.errors import NotFound, Refused
from kit.messaging.inbox import origin
from kit.messaging.outbox import emit
from kit.procedure import clocks
from kit.seal import seal_for, unseal
from rulebook.months import local_date
from schemas.codes import Coded, OrderChange, OrderClock, OrderNotice, OrderPart, OrderState
from schemas.dispatch import (
    DepartmentOrderChanged,
    DepartmentOrderIssued,
    DepartmentOrderReminded,
    DepartmentOrderState,
    OrderFellOverdue,
    StatedClock,
)
from schemas.values import NeedWords, ReasonWords
from services.dispatch import service
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders import queries, rules
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.procedure import DEPARTMENT, ORDER, TURNS
from services.dispatch.orders.rules import MEETINGS, UNTOLD, Action

SEALED = (
    "理由见密封内容（sealed）。"  # what stands in clear where the author's own words are sealed
)


def tell(session: Session, department: str | None, event: type[Any], **fields: Any) -> None:
    """Publish to the department's topic if it has a system; its officers see everything in the
    portal. What ended hears nothing any more, its successor does (F-15).
    """
    department = departments_queries.successors(session).get(department or "", department)
    if department and (key := departments_queries.key_of(session, department)):
        told = event(department=department, **fields)
        emit(session, told, seal=partial(seal_for, key.kid, key.key))


def tell_issued(session: Session, order: Order, departments: Iterable[str]) -> None:
    """The order to its department and co-handlers, each with a sealed block only it can open."""
    heirs = departments_queries.successors(session)
    for department in dict.fromkeys(heirs.get(code, code) for code in departments):
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
                lead=department == heirs.get(order.department or "", order.department),
                village=order.village,
                issued_on=order.issued_on,
                accept_due=order.accept_due,
                return_due=order.return_due,
                report_due=order.report_due,
                solve_due=order.solve_due,
                urgent=order.urgent,
                issued_by=order.issued_by,
                provisional=queries.provisional_clocks(session, order),
                sealed=seal_for(key.kid, key.key, words),
            )


def tell_changed(
    session: Session,
    order: Order,
    change: OrderNotice,
    *,
    on: date,
    reason: str | None = None,
    to: Iterable[str] | None = None,
) -> None:
    """To the order's department, or to those named, that another hand changed the order. `reason`: in
    its author's words, which travel sealed.
    """
    for department in (order.department or "",) if to is None else to:
        tell(
            session,
            department,
            DepartmentOrderChanged,
            order=order.id,
            number=order.number,
            state=order.state,
            on=on,
            what=change.label,
            reason=reason,
            report_due=order.report_due,
            solve_due=order.solve_due,
            provisional=queries.provisional_clocks(session, order),
        )


def _sealed(session: Session, department: str, words: str | None) -> str | None:
    """The words for the department's own system; None: there are none, or it has no system."""
    heir = departments_queries.successors(session).get(department, department)
    key = departments_queries.key_of(session, heir) if words else None
    return seal_for(key.kid, key.key, ReasonWords(reason=words or "")) if key else None


def tell_state(
    session: Session,
    order: Order,
    change: OrderChange,
    *,
    on: date,
    text: str = "",
    to: Iterable[str] | None = None,
) -> None:
    """To each department that has the order, or to those named, how it stands after a change (BH-07).
    `text`: the author's own words, sealed.
    """
    systems = departments_queries.with_a_system(session)
    if not systems:
        return
    heirs = departments_queries.successors(session)
    named = filter(None, (order.department, *order.co_handlers) if to is None else to)
    for department in dict.fromkeys(heirs.get(code, code) for code in named):
        if department in systems:
            part = rules.part_of(order.department, order.co_handlers, department, heirs)
            tell(
                session,
                department,
                DepartmentOrderState,
                **_stated(session, order, part, change, on),
                sealed=_sealed(session, department, text),
            )


def _stated(
    session: Session, order: Order, part: OrderPart, change: OrderChange, on: date
) -> dict[str, Any]:
    """How the order stands. A clock that falls overdue does so at the end of its day; to whom the
    order is no more, it has none.
    """
    day = on + timedelta(days=1) if change is OrderChange.FALL_OVERDUE else on
    owed = ORDER.owed(order, day, queries.ended_villages(session))
    theirs = part is not OrderPart.NONE
    return {
        "order": order.id,
        "number": order.number,
        "version": order.version,
        "part": part,
        "state": order.state,
        "turn": TURNS[owed.owner] if owed else None,
        "clocks": tuple(
            StatedClock(
                clock=running.clock,
                due=running.due,
                overdue=running.late,
                provisional=running.provisional,
            )
            for running in (queries.clocks(session, order, day) if theirs else ())
        ),
        "return_due": order.return_due if theirs and order.state is OrderState.ISSUED else None,
        "result": order.result if theirs else None,
        "expected_on": order.expected_on if theirs else None,
        "for_meeting": order.for_meeting,
        "change": change,
        "on": on,
    }


def take(session: Session, order_id: str) -> Order:
    """The order, locked until the transaction ends."""
    statement = (
        select(Order)
        .where(Order.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    order = session.exec(statement).one_or_none()
    if order is None:
        raise NotFound("没有这张交办单，请核对编号。")
    return order


def demand(text: str | None, sentence: str) -> str:
    """The text without blanks around it; `Refused` with the sentence when there is none."""
    if not (text or "").strip():
        raise Refused(sentence)
    return (text or "").strip()


def enter(
    session: Session,
    order: Order,
    action: Action,
    *,
    actor: Actor,
    on: date,
    text: str = "",
    late: bool = False,
    on_behalf: str | None = None,
    dues: Mapping[Coded, date] | None = None,
    set_day: date | None = None,
) -> None:
    """Move the order on and write the action into its history. `set_day`: by when it is to be solved,
    where office or meeting set the day themselves, which the history keeps (`solve_day_set`).
    """
    before = order.state
    move(session, order, action, on=on, dues={OrderClock.SOLVE: set_day} if set_day else dues)
    record(
        session,
        order,
        action,
        actor=actor,
        on=on,
        text=text,
        late=late,
        on_behalf=on_behalf,
        before=before,
        clock=OrderClock.SOLVE if set_day else None,
        due=set_day,
    )


def move(
    session: Session,
    order: Order,
    action: Action,
    *,
    on: date,
    dues: Mapping[Coded, date] | None = None,
) -> None:
    """The order's next state with its clocks; `Conflict` when the action is not allowed now."""
    clocks.enter(
        session,
        ORDER,
        order,
        action,
        on=on,
        terms=queries.terms(session, order),
        dues=dues,
        spoken=queries.steps_spoken(session, order),
    )


def record(
    session: Session,
    order: Order,
    action: Action,
    *,
    actor: Actor,
    on: date,
    text: str = "",
    late: bool = False,
    on_behalf: str | None = None,
    before: OrderState | None = None,
    clock: OrderClock | None = None,
    due: date | None = None,
    step: int | None = None,
) -> None:
    """Write the action into the order's history."""
    order.version += 1
    session.add(order)
    session.flush()  # the order first: its history refers to it
    session.add(
        OrderEvent(
            order=order.id,
            on=on,
            action=action,
            actor=f"{actor.label}代{on_behalf}" if on_behalf else _by(order, action, actor),
            account=actor.account,
            from_state=before or order.state,
            to_state=order.state,
            department=order.department,
            text=text,
            late=late,
            origin=origin(session),
            clock=clock,
            due=due,
            step=step,
        )
    )
    if action not in UNTOLD:
        tell_state(session, order, OrderChange(action), on=on, text=text)


def _by(order: Order, action: Action, actor: Actor) -> str:
    """Whose act it was: nothing is issued or decided by the machine that carries it out (F-14)."""
    if actor is SYSTEM and action in MEETINGS:
        return "联席会议"
    if actor is SYSTEM and action is Action.ISSUE and order.issued_by:
        return order.issued_by
    return actor.label


def due_of(order: Order, clock: OrderClock) -> date:
    """The due day of a clock that has been set going: the order's `<clock>_due`."""
    day = ORDER.clock(clock).due(order)
    assert day is not None, f"{clock} was never set going"
    return day


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
    order_id, clock = clocks.clock_of(ORDER, due.about)
    order = take(session, order_id)
    code, day, on = OrderClock(clock.code), clock.due(order), local_date(due.at)
    terms = queries.terms(session, order)
    ringing = clocks.ring(session, ORDER, order, code, due, terms=terms)
    if not ringing or day is None:
        return
    for moment in ringing:
        if moment.step is None:
            record(session, order, Action.REMIND, actor=SYSTEM, on=on, clock=code, due=day)
        else:
            _fall_overdue(session, order, code, day, moment.step, on)
    if clock.owner is DEPARTMENT:
        tell(
            session,
            order.department,
            DepartmentOrderReminded,
            order=order.id,
            number=order.number,
            clock=code.value,
            due=day,
            overdue=ringing[0].step is not None,
            on=on,
        )


def _fall_overdue(
    session: Session, order: Order, clock: OrderClock, day: date, step: int, on: date
) -> None:
    if clock is OrderClock.REPORT:
        order.not_reported_since = day
    elif clock is OrderClock.SOLVE:
        order.not_solved_since = day
    record(
        session, order, Action.FALL_OVERDUE, actor=SYSTEM, on=on, clock=clock, due=day, step=step
    )
    emit(session, OrderFellOverdue(**facts(order, on), clock=clock.value, due=day, step=step))
