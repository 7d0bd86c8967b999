"""Doors for other services' events: one line each."""

from collections.abc import Sequence

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.unit import HouseholdAssigned
from schemas.village import HouseholdRegistered
from services.county.register import commands

handlers = Handlers()


@handlers.on_set(HouseholdRegistered)  # hot: a county's register comes at once
def households_registered(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    commands.register_households(session, events)


@handlers.on_set(HouseholdAssigned)
def households_assigned(session: Session, events: Sequence[HouseholdAssigned]) -> None:
    commands.assign_households(session, events)
