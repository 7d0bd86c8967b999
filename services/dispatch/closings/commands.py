"""A department ends; its orders go on at its successor, or the office gives them away (F-15)."""

from datetime import date

from sqlmodel import Session

from kit import closing
from kit.actor import Actor
from kit.closing import ClosingForm, ReopeningForm
from kit.directory import Entry
from rulebook.months import first_day, month_of, next_month, start_of
from services.dispatch.closings import queries
from services.dispatch.closings.deadlines import DEPARTMENT_ENDS
from services.dispatch.closings.policy import policy
from services.dispatch.closings.queries import KINDS
from services.dispatch.departments import commands as departments_commands
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders.commands import tell_issued


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


def reopen_department(session: Session, form: ReopeningForm, *, actor: Actor, on: date) -> Entry:
    policy.require(actor, "reopen_department")
    department = queries.department(session, form.kind, form.code)
    kind, code = department.kind, department.code
    closing.undo(session, kind, code, form.reason, actor=actor, on=on)
    DEPARTMENT_ENDS.cancel(session, closing.about(kind, code))
    _tell(session)
    return department


def _tell(session: Session) -> None:
    """The others, and our own directory: of whom something else is so now."""
    departments_commands.name_again(session, closing.changed(session, KINDS))
