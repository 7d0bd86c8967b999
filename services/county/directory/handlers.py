"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas import dispatch
from schemas.unit import HelperNamed, UnitNamed
from schemas.village import DivisionNamed, GroupNamed
from services.county.directory import commands

handlers = Handlers()


@handlers.on(DivisionNamed)
def division_named(session: Session, event: DivisionNamed) -> None:
    commands.name_division(session, event)


@handlers.on(GroupNamed)
def group_named(session: Session, event: GroupNamed) -> None:
    commands.name_group(session, event)


@handlers.on(UnitNamed)
def unit_named(session: Session, event: UnitNamed) -> None:
    commands.name_unit(session, event)


@handlers.on(HelperNamed)
def helper_named(session: Session, event: HelperNamed) -> None:
    commands.name_helper(session, event)


@handlers.on(dispatch.DepartmentNamed)
def department_named(session: Session, event: dispatch.DepartmentNamed) -> None:
    commands.name_department(session, event)
