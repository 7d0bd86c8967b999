"""A department ends; its orders go on at its successor, or the office gives them away (F-15)."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit import closing
from kit.actor import Actor
from kit.closing import ClosingForm, ReopeningForm
from kit.directory import Entry
from kit.errors import Conflict
from rulebook.months import first_day, month_of, next_month, start_of
from schemas.codes import OrderChange
from services.dispatch.closings import queries
from services.dispatch.closings.deadlines import DEPARTMENT_ENDS
from services.dispatch.closings.policy import policy
from services.dispatch.closings.queries import KINDS
from services.dispatch.departments import commands as departments_commands
from services.dispatch.departments import queries as departments_queries
from services.dispatch.issuing.commands import chosen, issue
from services.dispatch.orders.commands import take, tell_issued, tell_state
from services.dispatch.orders.models import Order
from services.dispatch.orders.procedure import ORDER
from services.dispatch.orders.rules import Action


def close_department(session: Session, form: ClosingForm, *, actor: Actor, on: date) -> Entry:
    """Its last month, and what it joins."""
    policy.require(actor, "close_department")
    department = queries.department(session, form.kind, form.code)
    closing.say(session, department, form, actor=actor, on=on)
    if form.last_month < month_of(on):
        end_department(session, department.code, on=on)
    else:
        about = closing.about(department.kind, department.code)
        DEPARTMENT_ENDS.set(session, about, start_of(first_day(next_month(form.last_month))))
        _tell(session)
    return department


def end_department(session: Session, code: str, *, on: date) -> None:
    """Its last month is over. Its successor's own system gets what stands at it."""
    if not closing.end(session, KINDS[0], code, on):
        return
    _tell(session)
    heir = departments_queries.successors(session).get(code)
    for order in queries.orders_at(session, [code]) if heir else ():
        tell_issued(session, order, [heir or ""])
        tell_state(session, order, OrderChange.RESTATE, on=on, to=[heir or ""])


def reopen_department(session: Session, form: ReopeningForm, *, actor: Actor, on: date) -> Entry:
    policy.require(actor, "reopen_department")
    department = queries.department(session, form.kind, form.code)
    kind, code = department.kind, department.code
    closing.undo(session, kind, code, form.reason, actor=actor, on=on)
    DEPARTMENT_ENDS.cancel(session, closing.about(kind, code))
    _tell(session)
    return department


def reroute_order(
    session: Session,
    order_id: str,
    *,
    department: str,
    co_handlers: Sequence[str] = (),
    question: str | None = None,
    actor: Actor,
    on: date,
) -> Order:
    """Its department is no longer there: the office names another, with new clocks."""
    order = take(session, order_id)
    policy.require(actor, "reroute_order", order)
    ORDER.require(order, Action.REROUTE)
    if order.department not in departments_queries.gone(session):
        raise Conflict("这张交办单的承办部门没有撤并，不能这样改派。")
    order.question = (question or "").strip() or order.question
    route = chosen(session, department, co_handlers)
    issue(session, order, route, actor=actor, on=on, action=Action.REROUTE)
    return order


def _tell(session: Session) -> None:
    """The others, and our own directory: of whom something else is so now."""
    departments_commands.name_again(session, closing.changed(session, KINDS))
