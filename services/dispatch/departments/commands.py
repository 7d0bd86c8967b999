"""Departments are named, and their own systems admitted. Nobody here commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from kit import directory
from kit.actor import Actor
from kit.closing import ending
from kit.database.rows import existing
from kit.directory import Entry, Feed
from kit.errors import NotFound, Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from rulebook.months import local_date
from schemas.codes import DirectoryKind, OrderChange
from schemas.dispatch import DepartmentNamed
from schemas.values import Answerable
from services.dispatch.departments import queries
from services.dispatch.departments.forms import DepartmentEntry
from services.dispatch.departments.models import Department, DepartmentKey
from services.dispatch.departments.policy import policy
from services.dispatch.orders.commands import tell_issued, tell_state
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import AT_DEPARTMENT

own = Feed()  # what this service names itself


@own.on(DepartmentNamed)
def department(session: Session, event: DepartmentNamed) -> Entry:
    return Entry(
        DirectoryKind.DEPARTMENT, event.department, event.name, also=event.aliases, **ending(event)
    )


def name_departments(
    session: Session, entries: Sequence[DepartmentEntry], *, actor: Actor
) -> list[str]:
    """Take up or rename departments; returns the codes that changed, each told to the others."""
    policy.require(actor, "name_departments")
    changed = [entry.code for entry in entries if _name(session, entry)]
    known = directory.entries(session, DirectoryKind.DEPARTMENT, active=False) if changed else []
    ends = {entry.code: entry for entry in known}
    for code in changed:
        _tell(session, existing(session, Department, code, ""), ends.get(code))
    return changed


def name_again(session: Session, entries: Sequence[Entry]) -> None:
    """Departments that ended, or did not after all (F-15)."""
    for entry in entries:
        department = existing(session, Department, entry.code, "")
        department.active = entry.active
        _tell(session, department, entry)


def _tell(session: Session, department: Department, entry: Entry | None) -> None:
    """The others, and our own directory; `entry`: what that says of its end."""
    named = DepartmentNamed(
        department=department.code,
        name=department.name,
        aliases=tuple(department.aliases),
        last_month=entry.last_month if entry else None,
        successor=entry.successor if entry else None,
        sealed=seal(
            session,
            Answerable(head=department.head, officer=department.officer, phone=department.phone),
        ),
    )
    own.keep(session, named)
    emit(session, named)


def _name(session: Session, entry: DepartmentEntry) -> bool:
    fresh = Department(**entry.model_dump(exclude={"aliases"}), aliases=list(entry.aliases))
    known = session.get(Department, entry.code)
    if known and known.model_dump() == fresh.model_dump() | {"active": known.active}:
        return False
    fresh.active = known.active if known else True
    session.merge(fresh)
    return True


def admit_department(
    session: Session, department: str, kid: str, key: bytes, *, user: str, at: datetime
) -> None:
    """From now on the department's system gets its messages, sealed with `key` (32 raw bytes); what
    is with it already is sent at once. `user` is its principal at Kafka, `at` an aware moment.
    """
    if session.get(Department, department) is None:
        raise NotFound(f"没有代码为“{department}”的行业部门，请先在机构表中登记。")
    if queries.key_of(session, department):
        raise Refused(
            f"{department} 已经接入。要更换密码和密钥，请用 backstop departments rotate {department}。"
        )
    _hand_out(session, DepartmentKey(department=department, kid=kid, key=key, user=user, since=at))
    statement = select(Order).where(
        Order.department == department, col(Order.state).in_(AT_DEPARTMENT)
    )
    for order in session.exec(statement.order_by(Order.number)):
        tell_issued(session, order, [department])
        tell_state(session, order, OrderChange.RESTATE, on=local_date(at), to=[department])


def begin_rotation(
    session: Session, department: str, kid: str, key: bytes, *, user: str, at: datetime
) -> None:
    """Hand out a second way in. Nothing is sealed with its key before `finish_rotation`: an order
    that the department could not open yet would be lost on it.
    """
    _admitted(session, department)
    if queries.key_of(session, department, in_force=False):
        raise Refused(
            f"{department} 上一次更换还没有完成。部门已换上新凭据，就加 --finish 完成；新凭据丢了或不要了，就加 --cancel 撤销，再重新更换。"
        )
    _hand_out(
        session,
        DepartmentKey(department=department, kid=kid, key=key, user=user, since=at, in_force=False),
    )


def finish_rotation(session: Session, department: str) -> str:
    """From the commit on the new key seals; returns the principal that has to be shut out."""
    old, new = _admitted(session, department), _pending(session, department)
    user = old.user
    session.delete(old)
    session.flush()  # before the new one takes its place: one in force a department
    new.in_force = True
    session.flush()
    return user


def cancel_rotation(session: Session, department: str) -> str:
    """As if the rotation had not begun; returns the principal that has to be shut out."""
    new = _pending(session, department)
    user = new.user
    session.delete(new)
    session.flush()
    return user


def _hand_out(session: Session, key: DepartmentKey) -> None:
    if len(key.key) != 32:
        raise Refused("密钥必须是32个字节。")
    session.add(key)
    session.flush()


def _admitted(session: Session, department: str) -> DepartmentKey:
    if key := queries.key_of(session, department):
        return key
    raise NotFound(
        f"{department} 还没有接入自己的系统。请先用 backstop departments add {department}。"
    )


def _pending(session: Session, department: str) -> DepartmentKey:
    if key := queries.key_of(session, department, in_force=False):
        return key
    raise NotFound(f"{department} 没有正在进行的更换。")
