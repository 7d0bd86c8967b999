"""Casework's register of monitored households, as it tells it."""

from collections.abc import Sequence

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.monitored import HouseholdListed
from services.county.handover import commands

handlers = Handlers()


@handlers.on_set(HouseholdListed)  # hot: a county's ledger comes at once
def households_listed(session: Session, events: Sequence[HouseholdListed]) -> None:
    commands.list_households(session, events)
