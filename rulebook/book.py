"""The rules in force at one installation: its calendar and its policy packs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebook.calendar import WorkingCalendar
from rulebook.month_plan import MonthPlan, plan_month
from rulebook.months import first_day
from rulebook.packs import Pack, pack_for, pack_from, shipped_packs
from schemas.codes import GapItem, RiskCause


@dataclass(frozen=True)
class Book:
    calendar: WorkingCalendar
    packs: tuple[Pack, ...]

    def pack(self, division: str, on: date) -> Pack:
        """The pack in force at a place on the day of an event: what a new record is made under."""
        return pack_for(division, on, packs=self.packs)

    def pack_of(self, ref: str, recall: Callable[[str], str]) -> Pack:
        """The pack that a record was made under (`Pack.ref`), whatever is in force now (GT-22).

        `recall` answers with the content kept under a reference: for a county's own pack whose file
        has gone. A process of release 0.1.0 writes the name alone.
        """
        known = (pack for pack in (*self.packs, *shipped_packs()) if ref in (pack.ref, pack.name))
        return next(known, None) or pack_from(recall(ref))

    def pack_of_month(self, division: str, month: str) -> Pack:
        """The pack under which a month (`YYYY-MM`) opens: the one in force on its first day."""
        return self.pack(division, first_day(month))

    def plan(self, pack: Pack, month: str) -> MonthPlan:
        """All due dates of a month under a pack."""
        return plan_month(pack, month, self.calendar)


def name_codes(packs: Iterable[Pack]) -> None:
    """Make the causes and gap items that packs add known in this process, under their newest
    labels.
    """
    for pack in sorted(packs, key=lambda pack: (pack.valid_from, pack.age)):
        for cause in pack.codes.causes:
            RiskCause.add(cause.code, cause.label)
        for gap_item in pack.codes.gap_items:
            GapItem.add(gap_item.code, gap_item.label)


def book_of(info: Mapping[Any, Any]) -> Book:
    """The book a session was handed (`session.info`)."""
    return info["book"]
