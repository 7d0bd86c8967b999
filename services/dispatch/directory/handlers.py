"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.village import DivisionNamed
from services.dispatch.directory import commands

handlers = Handlers()


@handlers.on(DivisionNamed)
def division_named(session: Session, event: DivisionNamed) -> None:
    commands.name_division(session, event)
