"""Doors for the county's ledger, and for households that its rows waited for. The rows count from
before this service began too.
"""

from collections.abc import Sequence

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.county import LedgerHandedOver, LedgerTakenBack
from schemas.village import HouseholdRegistered
from services.casework.takeover import commands

handlers = Handlers()


def households_registered(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    commands.match_registered(session, [event.household for event in events])


handlers.beside(LedgerHandedOver, commands.take_over)  # hot: a county's ledger comes at once
handlers.beside(LedgerTakenBack, commands.give_back)
handlers.beside(HouseholdRegistered, households_registered)
