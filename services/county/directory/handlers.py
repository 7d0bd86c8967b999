"""Doors for the events that name something; whoever waited for a name is told."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.dispatch import DepartmentNamed
from schemas.unit import UnitNamed
from schemas.village import DivisionNamed, GroupNamed
from services.county.directory import commands
from services.county.organisation import commands as organisation_commands

handlers = Handlers()
commands.HEARD.hear(handlers)


@handlers.on(DivisionNamed)
def division_named(session: Session, event: DivisionNamed) -> None:
    organisation_commands.resolve_place(session, event.name, event.division)


@handlers.on(UnitNamed)
def unit_named(session: Session, event: UnitNamed) -> None:
    organisation_commands.resolve_place(session, event.name, event.unit)


@handlers.on(DepartmentNamed)
def department_named(session: Session, event: DepartmentNamed) -> None:
    organisation_commands.keep_department_people(session, event)


@handlers.on(GroupNamed)
def group_named(session: Session, event: GroupNamed) -> None:
    commands.keep_group_leader(session, event)
