"""Doors for other services' events: households that turned out to be one."""

from collections.abc import Sequence

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.village import HouseholdRegistered
from services.casework.monitored import commands

handlers = Handlers()


def households_merged(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    merged = [event.household for event in events if event.merged_into]
    if merged:
        commands.follow_merges(session, merged)


handlers.beside(HouseholdRegistered, households_merged)
