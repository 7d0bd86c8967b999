"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import TeamNamed
from schemas.unit import UnitNamed
from services.village.register import commands

handlers = Handlers()


@handlers.on(UnitNamed)
def unit_named(session: Session, event: UnitNamed) -> None:
    commands.record_source(session, event)


@handlers.on(TeamNamed)
def team_named(session: Session, event: TeamNamed) -> None:
    commands.record_source(session, event)
