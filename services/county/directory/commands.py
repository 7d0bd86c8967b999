"""What can be told to do. Nobody here commits."""

from sqlmodel import Session

from kit.seal import unseal
from schemas.dispatch import DepartmentNamed
from schemas.unit import HelperNamed, UnitNamed
from schemas.values import Name
from schemas.village import DivisionNamed, GroupNamed
from services.county.directory.models import Department, Division, Group, Helper, Unit
from services.county.organisation.commands import resolve_place


def name_division(session: Session, event: DivisionNamed) -> None:
    session.merge(
        Division(code=event.division, level=event.level.value, name=event.name, parent=event.parent)
    )
    session.flush()
    resolve_place(session, event.name, event.division)


def name_group(session: Session, event: GroupNamed) -> None:
    leader = unseal(session, event.sealed, Name)
    session.merge(
        Group(village=event.village, group_no=event.group, leader=leader.name, phone=leader.phone)
    )


def name_unit(session: Session, event: UnitNamed) -> None:
    session.merge(Unit(code=event.unit, name=event.name))
    session.flush()
    resolve_place(session, event.name, event.unit)


def name_helper(session: Session, event: HelperNamed) -> None:
    who = unseal(session, event.sealed, Name)
    session.merge(Helper(code=event.helper, unit=event.unit, name=who.name, phone=who.phone))


def name_department(session: Session, event: DepartmentNamed) -> None:
    session.merge(Department(code=event.department, name=event.name))
