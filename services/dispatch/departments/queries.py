"""Departments, and the keys of those whose own system takes part."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.dispatch.departments.models import Department, DepartmentKey


def active_departments(session: Session) -> dict[str, str]:
    """Code -> name, by code."""
    statement = select(Department).where(col(Department.active)).order_by(Department.code)
    return {department.code: department.name for department in session.exec(statement)}


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
