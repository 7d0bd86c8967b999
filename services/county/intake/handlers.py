"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.unit import UnitListSigned, UnitListSubmitted
from schemas.village import (
    GroupReported,
    GroupReportWithdrawn,
    ListSubmitted,
    TownshipSigned,
    UrgentFindingSigned,
)
from services.county.intake import commands

handlers = Handlers()


@handlers.on(GroupReported)
def group_reported(session: Session, event: GroupReported) -> None:
    commands.record_group_report(session, event)


@handlers.on(GroupReportWithdrawn)
def group_report_withdrawn(session: Session, event: GroupReportWithdrawn) -> None:
    commands.withdraw_group_report(session, event)


@handlers.on(ListSubmitted)
def list_submitted(session: Session, event: ListSubmitted) -> None:
    commands.record_list(session, event)


@handlers.on(UrgentFindingSigned)
def urgent_finding_signed(session: Session, event: UrgentFindingSigned) -> None:
    commands.record_urgent(session, event)


@handlers.on(TownshipSigned)
def township_signed(session: Session, event: TownshipSigned) -> None:
    commands.sign_township(session, event)


@handlers.on(UnitListSubmitted)
def unit_list_submitted(session: Session, event: UnitListSubmitted) -> None:
    commands.record_unit_list(session, event)


@handlers.on(UnitListSigned)
def unit_list_signed(session: Session, event: UnitListSigned) -> None:
    commands.sign_unit_list(session, event)
