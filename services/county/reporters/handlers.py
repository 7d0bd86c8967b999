"""Doors for other services' events: one line each."""

from sqlmodel import Session

from kit.messaging.inbox import Handlers
from schemas.unit import UnitExempted, UnitListMissed, UnitMonthOpened
from schemas.village import (
    GroupReportMissed,
    ListMissed,
    ReporterExempted,
    TownshipMissed,
    VillageMonthOpened,
)
from services.county.reporters import commands

handlers = Handlers()


@handlers.on(VillageMonthOpened)
def village_month_opened(session: Session, event: VillageMonthOpened) -> None:
    commands.open_village_month(session, event)


@handlers.on(ReporterExempted)
def reporter_exempted(session: Session, event: ReporterExempted) -> None:
    commands.exempt_reporter(session, event)


@handlers.on(GroupReportMissed)
def group_report_missed(session: Session, event: GroupReportMissed) -> None:
    commands.note_group_missed(session, event)


@handlers.on(ListMissed)
def list_missed(session: Session, event: ListMissed) -> None:
    commands.note_list_missed(session, event)


@handlers.on(TownshipMissed)
def township_missed(session: Session, event: TownshipMissed) -> None:
    commands.note_township_missed(session, event)


@handlers.on(UnitMonthOpened)
def unit_month_opened(session: Session, event: UnitMonthOpened) -> None:
    commands.open_unit_month(session, event)


@handlers.on(UnitListMissed)
def unit_list_missed(session: Session, event: UnitListMissed) -> None:
    commands.note_unit_missed(session, event)


@handlers.on(UnitExempted)
def unit_exempted(session: Session, event: UnitExempted) -> None:
    commands.exempt_unit(session, event)
