"""From a verified case to orders at departments."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, select

from kit.actor import SYSTEM, Actor
from kit.errors import Refused
from kit.messaging.inbox import origin
from kit.messaging.outbox import emit
from kit.packs import pack
from kit.procedure import clocks
from kit.seal import unseal
from rulebook import routing
from rulebook.months import month_of
from rulebook.routing import Route
from schemas.codes import OrderChange, OrderClock, OrderNotice, OrderState, RiskCause, Role
from schemas.county import CaseVerified
from schemas.dispatch import OrderIssued, OrderOpened
from schemas.values import Need, NeedWords
from services.dispatch import service
from services.dispatch.departments import queries as departments_queries
from services.dispatch.issuing.policy import policy
from services.dispatch.orders import queries as orders_queries
from services.dispatch.orders import rules as orders_rules
from services.dispatch.orders.commands import (
    due_of,
    enter,
    facts,
    record,
    take,
    tell_changed,
    tell_issued,
    tell_state,
)
from services.dispatch.orders.models import Order
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action

NEXT_NUMBER = text("""INSERT INTO order_series (month, last) VALUES (:month, 1)
    ON CONFLICT (month) DO UPDATE SET last = order_series.last + 1 RETURNING last""")


def open_orders(session: Session, case: CaseVerified) -> list[Order]:
    """One order a need (GT-27); a need that has its order already makes no second one."""
    made = [
        open_order(
            session,
            need,
            case=case.case,
            household=case.household,
            village=case.village,
            cause=case.primary_cause,
            urgent=case.urgent,
            on=case.on,
        )
        for need in case.needs
    ]
    orders = [order for order in made if order]
    for order in orders:
        order.case_accounts = list(case.accounts)
    return orders


def open_order(
    session: Session,
    need: Need,
    *,
    case: str,
    household: str,
    village: str,
    cause: RiskCause | None,
    on: date,
    urgent: bool = False,
    department: str | None = None,
) -> Order | None:
    """Open the need's order and issue it, if the pack or the county names a department; otherwise
    the office routes it (D-07). None when the need has its order.
    """
    if session.exec(select(Order.id).where(Order.need == need.need)).first():
        return None
    closed = orders_queries.closed_before(session, household, need.gap_item)
    order = Order(
        number=_next_number(session, on),
        need=need.need,
        case=case,
        household=household,
        village=village,
        head_name=unseal(session, need.sealed, NeedWords).head_name,
        words=need.sealed,
        gap_item=need.gap_item,
        cause=cause,
        question=need.question,
        follows=closed.id if closed else None,
        origin=origin(session),
        pack_ref=pack(session, on).ref,
        urgent=urgent,
        opened_on=on,
        route_due=on,  # its clock begins with the next line
    )
    _begin(session, order, closed, on)
    _send_out(session, order, department or need.department, on)
    return order


def _begin(session: Session, order: Order, closed: Order | None, on: date) -> None:
    """Its first clock and the first line of its history; `closed`: the one it follows."""
    clocks.begin(session, ORDER, order, on=on, terms=orders_queries.terms(session, order))
    text = f"上一张：{closed.number}" if closed else ""
    record(session, order, Action.OPEN, actor=SYSTEM, on=on, text=text)


def _send_out(session: Session, order: Order, department: str | None, on: date) -> None:
    """To the department that is named, else to the office, which routes it."""
    if route := _route(session, order, department):
        issue(session, order, route, actor=SYSTEM, on=on)
    else:
        emit(session, OrderOpened(**facts(order, on), route_due=order.route_due))


def _next_number(session: Session, on: date) -> str:
    month = month_of(on)
    return orders_rules.number(
        service.county(session), month, session.execute(NEXT_NUMBER, {"month": month}).scalar_one()
    )


def _route(session: Session, order: Order, chosen: str | None) -> Route | None:
    """The chosen department with the pack's co-handlers, or the pack's own choice; None when nobody
    can be named.
    """
    by_pack = routing.route(
        service.pack_of(session, order.pack_ref), order.gap_item, order.cause or RiskCause.OTHER
    )
    co = by_pack.co if by_pack and chosen in (None, by_pack.primary) else ()
    heirs = departments_queries.successors(session)
    named = chosen or (by_pack.primary if by_pack else "")
    primary, *others = (heirs.get(code, code) for code in (named, *co))
    active = departments_queries.active_departments(session)
    if primary not in active:
        return None
    return Route(primary, tuple(code for code in others if code in active and code != primary))


def route_order(
    session: Session,
    order_id: str,
    *,
    department: str,
    co_handlers: Sequence[str] = (),
    question: str | None = None,
    actor: Actor,
    on: date,
) -> Order:
    """The office names the department (D-07, B-28), and the question if need be; the order goes out
    at once.
    """
    order = take(session, order_id)
    policy.require(actor, "route_order", order)
    ORDER.require(order, Action.ISSUE)
    if order.state is not OrderState.TO_ROUTE:
        raise Refused("这张交办单已退回待裁定，请在“裁定退回”里选择部门。")
    order.question = (question or "").strip() or order.question
    issue(
        session,
        order,
        chosen(session, department, co_handlers),
        actor=actor,
        on=on,
        late=orders_rules.is_late(on, order.route_due),
    )
    return order


def chosen(session: Session, department: str, co_handlers: Sequence[str] = ()) -> Route:
    """`Refused` when a department is not on the list."""
    active = departments_queries.active_departments(session)
    for code in (department, *co_handlers):
        if code not in active:
            why = departments_queries.why_unknown(session, code)
            raise Refused(f"{why}，请在部门表中选择。")
    return Route(
        department, tuple(dict.fromkeys(code for code in co_handlers if code != department))
    )


def issue(
    session: Session,
    order: Order,
    route: Route,
    *,
    actor: Actor,
    on: date,
    action: Action = Action.ISSUE,
    text: str = "",
    late: bool = False,
    solve_due: date | None = None,
) -> None:
    """交办: both clocks start (B-29, B-30). Issued again elsewhere it gets new ones; the first
    issue stays in view.
    """
    gone = {order.department, *order.co_handlers} - {route.primary, *route.co}
    terms = orders_queries.terms(session, order)
    _begin_anew(order, route)
    order.issued_on, order.first_issued_on = on, order.first_issued_on or on
    by_group = actor.role is Role.LEADING_GROUP  # itself; else the office by its mandate (F-14)
    order.issued_by = actor.label if by_group else pack(session, on).issuer
    order.return_due = terms.due("dispatch.return_limit", on, order)
    enter(session, order, action, actor=actor, on=on, text=text, late=late, set_day=solve_due)
    order.original_report_due = order.original_report_due or order.report_due
    order.original_solve_due = order.original_solve_due or order.solve_due
    _announce(session, order, route, gone, on, action, text)


def _begin_anew(order: Order, route: Route) -> None:
    """With its department, and nothing of what another one said."""
    order.department, order.co_handlers = route.primary, list(route.co)
    order.attempt += 1
    order.accepted_on = order.reported_on = order.not_reported_since = order.not_solved_since = None
    order.result, order.expected_on, order.report_late = None, None, False


def _announce(
    session: Session,
    order: Order,
    route: Route,
    gone: set[str | None],
    on: date,
    action: Action,
    text: str,
) -> None:
    """To everybody, to the departments that lose it, and to those that have it now."""
    assert order.first_issued_on
    assert order.return_due
    emit(
        session,
        OrderIssued(
            **facts(order, on),
            co_handlers=tuple(order.co_handlers),
            first_issued_on=order.first_issued_on,
            accept_due=due_of(order, OrderClock.ACCEPT),
            return_due=order.return_due,
            report_due=due_of(order, OrderClock.REPORT),
            solve_due=due_of(order, OrderClock.SOLVE),
            urgent=order.urgent,
            issued_by=order.issued_by,
            provisional=orders_queries.provisional_clocks(session, order),
        ),
    )
    codes = sorted(filter(None, gone))
    tell_changed(session, order, OrderNotice.REASSIGNED, on=on, to=codes)
    tell_issued(session, order, (route.primary, *route.co))
    having = (route.primary, *route.co)
    tell_state(session, order, OrderChange(action), on=on, text=text, to=(*codes, *having))
