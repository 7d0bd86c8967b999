"""What county verified, and what casework decides about it."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.casework import (
    HouseholdIdentified,
    HouseholdNotAdmitted,
    IdentificationEnded,
    IdentificationOpened,
)
from schemas.county import CaseVerified
from schemas.monitored import RiskAdded
from services.dispatch.held import commands

handlers = Handlers()


@handlers.on(CaseVerified)
def case_verified(session: Session, event: CaseVerified) -> None:
    commands.take_up(session, event)


@handlers.on(IdentificationOpened)
def identification_opened(session: Session, event: IdentificationOpened) -> None:
    commands.keep_opened(session, event)


@handlers.on(HouseholdIdentified)
def household_identified(session: Session, event: HouseholdIdentified) -> None:
    commands.decide(session, event)


@handlers.on(HouseholdNotAdmitted)
def household_not_admitted(session: Session, event: HouseholdNotAdmitted) -> None:
    commands.decide(session, event)


@handlers.on(RiskAdded)
def risk_added(session: Session, event: RiskAdded) -> None:
    commands.hand_out(session, event)


@handlers.on(IdentificationEnded)
def identification_ended(session: Session, event: IdentificationEnded) -> None:
    commands.end(session, event)
