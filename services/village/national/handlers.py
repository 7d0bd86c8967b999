"""What casework tells: whom the county identified, and where an export has come to."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.casework import HouseholdIdentified, NationalCompared
from services.village.national import commands

handlers = Handlers()


@handlers.on(HouseholdIdentified)
def household_identified(session: Session, event: HouseholdIdentified) -> None:
    commands.record_identified(session, event)


@handlers.on(NationalCompared)
def national_compared(session: Session, event: NationalCompared) -> None:
    commands.record_compared(session, event)
