"""Doors for other services' events: the copies hear all of the past."""

from collections.abc import Sequence

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.village import HouseholdRegistered
from services.casework.households import commands
from services.casework.identification.commands import attach_households

handlers = Handlers()


def households_registered(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    attach_households(session, commands.keep_households(session, events))


handlers.beside(HouseholdRegistered, households_registered)  # hot: a county's register at once
