"""What units, supervision, county and dispatch tell of our findings."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas import dispatch
from schemas.county import (
    CaseJoined,
    CaseNotQualified,
    CaseOpened,
    CaseReopened,
    CaseVerified,
    SupervisionReported,
)
from schemas.dispatch import HelpCompleted, OrderFact
from schemas.unit import UnitListSigned, UnitListSubmitted
from services.village.outcomes import commands

handlers = Handlers()


@handlers.on(UnitListSubmitted)
def unit_list_submitted(session: Session, event: UnitListSubmitted) -> None:
    commands.record_unit_list(session, event)


@handlers.on(UnitListSigned)
def unit_list_signed(session: Session, event: UnitListSigned) -> None:
    commands.record_unit_signature(session, event)


@handlers.on(SupervisionReported)
def supervision_reported(session: Session, event: SupervisionReported) -> None:
    commands.record_supervision(session, event)


@handlers.on(CaseOpened)
def case_opened(session: Session, event: CaseOpened) -> None:
    commands.record_case(session, event)


@handlers.on(CaseJoined)
def case_joined(session: Session, event: CaseJoined) -> None:
    commands.record_joined(session, event)


@handlers.on(CaseReopened)
def case_reopened(session: Session, event: CaseReopened) -> None:
    commands.record_reopened(session, event)


@handlers.on(CaseVerified)
def case_verified(session: Session, event: CaseVerified) -> None:
    commands.record_decision(session, event)


@handlers.on(CaseNotQualified)
def case_not_qualified(session: Session, event: CaseNotQualified) -> None:
    commands.record_decision(session, event)


@handlers.on(HelpCompleted)
def help_completed(session: Session, event: HelpCompleted) -> None:
    commands.record_help(session, event)


def order_moved(session: Session, event: OrderFact) -> None:
    commands.record_order(session, event)


# Whatever happens to an order, the finder sees where it stands.
for moved in (
    dispatch.OrderOpened,
    dispatch.OrderIssued,
    dispatch.OrderAccepted,
    dispatch.OrderReturned,
    dispatch.OrderReturnRefused,
    dispatch.OrderReturnAgreed,
    dispatch.OrderReported,
    dispatch.OrderDoubted,
    dispatch.OrderConfirmed,
    dispatch.OrderClosed,
    dispatch.OrderReopened,
    dispatch.OrderDueMoved,
    dispatch.OrderDuesRecounted,
):
    handlers.on(moved)(order_moved)
