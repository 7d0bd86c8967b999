"""Departments, and the keys of those whose own system takes part."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from kit import directory
from schemas.codes import DirectoryKind
from services.dispatch.departments.models import Department, DepartmentKey


def active_departments(session: Session) -> dict[str, str]:
    """Code -> name, by code."""
    statement = select(Department).where(col(Department.active)).order_by(Department.code)
    return {department.code: department.name for department in session.exec(statement)}


def why_unknown(session: Session, code: str) -> str:
    """Why nothing goes to what is no department, or has ended."""
    entry = directory.entry(session, DirectoryKind.DEPARTMENT, code)
    if entry and entry.successor:
        return directory.why_gone(session, entry)
    return f"没有代码为“{code}”的行业部门"


def successors(session: Session) -> dict[str, str]:
    """Departments that ended and joined another: code → that one's code (F-15)."""
    entries = directory.ended(session, DirectoryKind.DEPARTMENT)
    there = active_departments(session) if entries else {}
    return {entry.code: entry.successor for entry in entries if entry.successor in there}


def gone(session: Session) -> list[str]:
    """Departments that ended and joined none."""
    joined = successors(session)
    entries = directory.ended(session, DirectoryKind.DEPARTMENT)
    return [entry.code for entry in entries if entry.code not in joined]


def left_out(session: Session, given: Collection[str]) -> list[str]:
    """A complete list came and does not name who is known: asked about, never dropped (F-15)."""
    names = [
        entry.name
        for entry in directory.entries(session, DirectoryKind.DEPARTMENT)
        if entry.code not in given and entry.last_month is None
    ]
    ask = "已撤并的部门，请在“撤并”页登记，否则仍会收到交办单"
    return [f"这份表里没有{'、'.join(names)}：{ask}。"] if names else []


def departments(session: Session) -> Sequence[Department]:
    return session.exec(select(Department).order_by(Department.code)).all()


def key_of(session: Session, department: str, *, in_force: bool = True) -> DepartmentKey | None:
    """What seals the department's messages; with `in_force=False` what an open rotation will put in
    its place.
    """
    statement = select(DepartmentKey).where(
        DepartmentKey.department == department, DepartmentKey.in_force == in_force
    )
    return session.exec(statement).one_or_none()


def keys(session: Session) -> Sequence[DepartmentKey]:
    """All, by department, the one in force first."""
    return session.exec(
        select(DepartmentKey).order_by(DepartmentKey.department, col(DepartmentKey.in_force).desc())
    ).all()


def with_a_system(session: Session) -> set[str]:
    """Departments whose own system takes part."""
    return set(session.exec(select(DepartmentKey.department)))
