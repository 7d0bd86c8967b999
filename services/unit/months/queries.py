"""Months, and how far each unit is with its own."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from kit import directory
from kit.actor import SYSTEM, Actor
from kit.database.rows import existing
from kit.dates import show_month
from schemas.codes import Content, DirectoryKind, Timeliness
from services.unit.lists.models import UnitList
from services.unit.months.models import Month, Reminder, UnitMonth
from services.unit.months.policy import policy
from services.unit.organisation.models import Unit
from services.unit.visits.queries import progress_of_units
from services.unit.visits.rules import Progress


@dataclass(frozen=True)
class UnitStatus:
    """One unit's month in a row of the status page."""

    unit: str
    name: str
    timeliness: Timeliness
    content: Content
    progress: Progress
    lists: list[UnitList]
    exempt_reason: str | None

    @property
    def is_silent(self) -> bool:
        """No list is signed, and none was dispensed with."""
        signed = self.timeliness in (Timeliness.ON_TIME, Timeliness.LATE)
        return not signed and not self.exempt_reason


def months(session: Session) -> list[Month]:
    """Newest first."""
    return list(session.exec(select(Month).order_by(col(Month.month).desc())))


def open_months(session: Session) -> list[Month]:
    """Oldest first: those whose reports are still owed, until the county's bulletin has named who
    is missing.
    """
    query = select(Month).where(col(Month.closed_on).is_(None))
    return list(session.exec(query.order_by(Month.month)))


def latest_month(session: Session) -> Month | None:
    return session.exec(select(Month).order_by(col(Month.month).desc()).limit(1)).first()


def month(session: Session, month: str) -> Month:
    return existing(session, Month, month, f"{show_month(month)}还没有开始填报，请核对月份。")


def is_open(session: Session, month: str) -> bool:
    return session.get(Month, month) is not None


def open_month_of(session: Session, month: str) -> Month | None:
    return session.get(Month, month)


def unit_month(session: Session, unit: str, month: str) -> UnitMonth:
    """The unit's month as a reporter; `NotFound` when the unit is not expected in it."""
    entry = directory.entry(session, DirectoryKind.UNIT, unit)
    if entry and not entry.is_there(month) and entry.successor:
        otherwise = f"{directory.why_gone(session, entry)}，{show_month(month)}不用填报。"
        return existing(session, UnitMonth, (month, unit), otherwise)
    called = entry.name if entry else unit
    otherwise = (
        f"{called}在{show_month(month)}没有填报任务：月份还没有开始，或者开始时该单位没有结对户。"
    )
    return existing(session, UnitMonth, (month, unit), otherwise)


def unit_statuses(
    session: Session, month: str, unit: str | None = None, *, actor: Actor = SYSTEM
) -> list[UnitStatus]:
    """All units expected in a month, or one of them, as far as the actor may see them."""
    query = (
        select(UnitMonth, Unit)
        .join(Unit, col(Unit.code) == col(UnitMonth.unit))
        .where(UnitMonth.month == month, policy.visible(actor, "month_status", UnitMonth))
    )
    if unit:
        query = query.where(UnitMonth.unit == unit)
    counted = progress_of_units(session, month)
    lists: dict[str, list[UnitList]] = {}
    for unit_list in session.exec(
        select(UnitList).where(UnitList.month == month).order_by(col(UnitList.supplement))
    ):
        lists.setdefault(unit_list.unit, []).append(unit_list)
    return [
        UnitStatus(
            unit=row.unit,
            name=unit.name,
            timeliness=row.timeliness,
            content=row.content,
            progress=counted.get(row.unit, Progress()),
            lists=lists.get(row.unit, []),
            exempt_reason=row.exempt_reason,
        )
        for row, unit in session.exec(query.order_by(Unit.code))
    ]


def reminders_of(session: Session, place: str, month: str) -> list[Reminder]:
    query = (
        select(Reminder)
        .where(Reminder.place == place, Reminder.month == month)
        .order_by(col(Reminder.on))
    )
    return list(session.exec(query))
