"""Doors for other services' events: one line each."""

from collections.abc import Sequence

from sqlmodel import Session

from kit.inbox import Handlers
from schemas import dispatch
from schemas.unit import (
    HelperNamed,
    HouseholdAssigned,
    UnitExempted,
    UnitListMissed,
    UnitListSigned,
    UnitListSubmitted,
    UnitMonthOpened,
    UnitNamed,
    VisitRecorded,
)
from schemas.village import (
    DivisionNamed,
    GroupNamed,
    GroupReported,
    GroupReportMissed,
    GroupReportWithdrawn,
    HouseholdRegistered,
    ListMissed,
    ListSubmitted,
    RecheckAnswered,
    ReporterExempted,
    TownshipMissed,
    TownshipSigned,
    UrgentFindingSigned,
    VillageMonthOpened,
)
from services.county import commands

handlers = Handlers()


@handlers.on(DivisionNamed)
def division_named(session: Session, event: DivisionNamed) -> None:
    commands.name_division(session, event)


@handlers.on(GroupNamed)
def group_named(session: Session, event: GroupNamed) -> None:
    commands.name_group(session, event)


@handlers.on_set(HouseholdRegistered)  # hot: a county's register comes at once
def households_registered(session: Session, events: Sequence[HouseholdRegistered]) -> None:
    commands.register_households(session, events)


@handlers.on(VillageMonthOpened)
def village_month_opened(session: Session, event: VillageMonthOpened) -> None:
    commands.open_village_month(session, event)


@handlers.on(ReporterExempted)
def reporter_exempted(session: Session, event: ReporterExempted) -> None:
    commands.exempt_reporter(session, event)


@handlers.on(GroupReported)
def group_reported(session: Session, event: GroupReported) -> None:
    commands.record_group_report(session, event)


@handlers.on(GroupReportWithdrawn)
def group_report_withdrawn(session: Session, event: GroupReportWithdrawn) -> None:
    commands.withdraw_group_report(session, event)


@handlers.on(GroupReportMissed)
def group_report_missed(session: Session, event: GroupReportMissed) -> None:
    commands.note_group_missed(session, event)


@handlers.on(ListSubmitted)
def list_submitted(session: Session, event: ListSubmitted) -> None:
    commands.record_list(session, event)


@handlers.on(ListMissed)
def list_missed(session: Session, event: ListMissed) -> None:
    commands.note_list_missed(session, event)


@handlers.on(UrgentFindingSigned)
def urgent_finding_signed(session: Session, event: UrgentFindingSigned) -> None:
    commands.record_urgent(session, event)


@handlers.on(TownshipSigned)
def township_signed(session: Session, event: TownshipSigned) -> None:
    commands.sign_township(session, event)


@handlers.on(TownshipMissed)
def township_missed(session: Session, event: TownshipMissed) -> None:
    commands.note_township_missed(session, event)


@handlers.on(RecheckAnswered)
def recheck_answered(session: Session, event: RecheckAnswered) -> None:
    commands.answer_recheck(session, event)


@handlers.on(UnitNamed)
def unit_named(session: Session, event: UnitNamed) -> None:
    commands.name_unit(session, event)


@handlers.on(HelperNamed)
def helper_named(session: Session, event: HelperNamed) -> None:
    commands.name_helper(session, event)


@handlers.on_set(HouseholdAssigned)
def households_assigned(session: Session, events: Sequence[HouseholdAssigned]) -> None:
    commands.assign_households(session, events)


@handlers.on(UnitMonthOpened)
def unit_month_opened(session: Session, event: UnitMonthOpened) -> None:
    commands.open_unit_month(session, event)


@handlers.on_set(VisitRecorded)  # hot: every assigned household, every month
def visits_recorded(session: Session, events: Sequence[VisitRecorded]) -> None:
    commands.record_visits(session, events)


@handlers.on(UnitListSubmitted)
def unit_list_submitted(session: Session, event: UnitListSubmitted) -> None:
    commands.record_unit_list(session, event)


@handlers.on(UnitListSigned)
def unit_list_signed(session: Session, event: UnitListSigned) -> None:
    commands.sign_unit_list(session, event)


@handlers.on(UnitListMissed)
def unit_list_missed(session: Session, event: UnitListMissed) -> None:
    commands.note_unit_missed(session, event)


@handlers.on(UnitExempted)
def unit_exempted(session: Session, event: UnitExempted) -> None:
    commands.exempt_unit(session, event)


@handlers.on(dispatch.DepartmentNamed)
def department_named(session: Session, event: dispatch.DepartmentNamed) -> None:
    commands.name_department(session, event)


@handlers.on(dispatch.HelpCompleted)
def help_completed(session: Session, event: dispatch.HelpCompleted) -> None:
    commands.complete_help(session, event)


def order_changed(session: Session, event: dispatch.OrderFact) -> None:
    commands.record_order(session, event)


for kind in dispatch.OrderFact.__subclasses__():
    handlers.on(kind)(order_changed)
