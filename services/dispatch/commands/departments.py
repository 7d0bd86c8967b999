"""Departments, their keys, and what goes to a department's own system."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, select

from kit.actor import Actor
from kit.errors import NotFound, Refused
from kit.outbox import emit
from kit.seal import seal_for, unseal
from schemas.codes import Role
from schemas.county import MeetingNoticed
from schemas.dispatch import (
    DepartmentMeetingNoticed,
    DepartmentNamed,
    DepartmentOrderChanged,
    DepartmentOrderIssued,
)
from schemas.event import Value
from schemas.values import NeedWords
from services.dispatch import rules
from services.dispatch.models import Department, DepartmentKey, MeetingNotice, Order


class DepartmentEntry(Value):
    """One department as the office names it; the code as in a topic's name (`health-insurance`)."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


def name_departments(session: Session, entries: Sequence[DepartmentEntry], *, actor: Actor) -> list[str]:
    """Take up or rename departments; returns the codes that changed, each told to the others."""
    actor.require(Role.ADMINISTRATOR, Role.COUNTY_CLERK, deed="登记行业部门")
    changed = [entry for entry in entries if _name(session, entry)]
    emit(session, *(DepartmentNamed(department=e.code, name=e.name, aliases=e.aliases) for e in changed))
    return [entry.code for entry in changed]


def _name(session: Session, entry: DepartmentEntry) -> bool:
    if not rules.is_department_code(entry.code):
        raise Refused(f"部门代码“{entry.code}”不对,只能用小写字母和连字符,如housing、health-insurance。")
    if not entry.name.strip():
        raise Refused(f"部门{entry.code}没有名称。")
    known = session.get(Department, entry.code)
    if known and (known.name, tuple(known.aliases), known.active) == (entry.name, entry.aliases, True):
        return False
    session.merge(Department(code=entry.code, name=entry.name, aliases=list(entry.aliases)))
    return True


def admit_department(session: Session, department: str, kid: str, key: bytes) -> None:
    """From now on the department's system gets its messages, sealed with `key` (32 raw bytes); what is with it
    already is sent at once. Admitted again, the new key replaces the old one."""
    if session.get(Department, department) is None:
        raise NotFound(f"没有代码为“{department}”的行业部门,请先在机构表中登记。")
    if len(key) != 32:
        raise Refused("密钥必须是32个字节。")
    first = session.get(DepartmentKey, department) is None
    session.merge(DepartmentKey(department=department, kid=kid, key=key))
    session.flush()
    if first:
        mine = select(Order).where(Order.department == department, Order.state.in_(rules.AT_DEPARTMENT))  # type: ignore[attr-defined]
        for order in session.exec(mine.order_by(Order.number)):
            tell_issued(session, order, [department])


def tell(session: Session, department: str | None, event: type[Any], **fields: Any) -> None:
    """Publish to the department's topic if it has a system; its officers see everything in the portal."""
    if department and session.get(DepartmentKey, department):
        emit(session, event(department=department, **fields))


def tell_issued(session: Session, order: Order, departments: Iterable[str]) -> None:
    """The order to its department and co-handlers, each with a sealed block only it can open."""
    for department in departments:
        if key := session.get(DepartmentKey, department):
            words = rules.minimal(unseal(session, order.words, NeedWords), order.gap_item)
            tell(
                session, department, DepartmentOrderIssued, order=order.id, number=order.number,
                gap_item=order.gap_item, cause=order.cause, question=order.question,
                lead=department == order.department, village=order.village, issued_on=order.issued_on,
                accept_due=order.accept_due, return_due=order.return_due, report_due=order.report_due,
                solve_due=order.solve_due, urgent=order.urgent, sealed=seal_for(key.kid, key.key, words),
            )  # fmt: skip


def tell_changed(
    session: Session, order: Order, what: str, *, on: date, reason: str | None = None, to: Iterable[str] | None = None
) -> None:
    """To the order's department, or to those named, that another hand changed the order."""
    for department in (order.department,) if to is None else to:
        tell(
            session, department, DepartmentOrderChanged, order=order.id, number=order.number, state=order.state,
            on=on, what=what, reason=reason, report_due=order.report_due, solve_due=order.solve_due,
        )  # fmt: skip


def notice_meeting(session: Session, event: MeetingNoticed) -> None:
    """A department's own items at the joint meeting: kept for its officers, sent to its system."""
    titles = tuple(line.title for line in event.lines)
    orders = tuple(line.order for line in event.lines if line.order)
    session.merge(MeetingNotice(
        meeting=event.meeting, department=event.department, on=event.on, place=event.place,
        titles=list(titles), orders=list(orders),
    ))  # fmt: skip
    tell(
        session, event.department, DepartmentMeetingNoticed, meeting=event.meeting, on=event.on, place=event.place,
        titles=titles, orders=orders,
    )  # fmt: skip
