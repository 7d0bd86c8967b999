"""Doors for other services' events: one line each."""

from collections.abc import Sequence

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.village import HouseholdRegistered
from services.unit.directory import commands

handlers = Handlers()
commands.heard.hear(handlers)


@handlers.on_set(HouseholdRegistered)  # hot: a county's register comes at once
def households_registered(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    commands.keep_households(session, events)
