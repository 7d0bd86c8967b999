"""The rules in force at one installation: its calendar and its policy packs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebook.calendar import WorkingCalendar
from rulebook.month_plan import MonthPlan, plan_month
from rulebook.packs import Pack, pack_for


@dataclass(frozen=True)
class Book:
    calendar: WorkingCalendar
    packs: tuple[Pack, ...]

    def pack(self, division: str, on: date) -> Pack:
        """The pack in force at a place on a day (longest region prefix, then the latest)."""
        return pack_for(division, on, packs=self.packs)

    def plan(self, division: str, month: str) -> MonthPlan:
        """All due dates of a month (`YYYY-MM`) under the pack in force on its first day."""
        return plan_month(
            self.pack(division, date.fromisoformat(f"{month}-01")), month, self.calendar
        )


def book_of(info: Mapping[Any, Any]) -> Book:
    """The book a session was handed (`session.info`)."""
    return info["book"]
