"""Working days as the State Council publishes them, make-up Saturdays and Sundays included."""

import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar

from rulebook.months import first_day, last_day

# The dates fixed in the solar calendar by 全国年节及纪念日放假办法 (State Council Decree 795, in
# force 2025-01-01). The festivals of the lunar calendar and all make-up days are known only once
# the yearly notice is out.
FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}

YEARS_AHEAD = 20  # provisional years kept ready beyond the last published one


class Shift(StrEnum):
    """Where a date goes that falls on a day off (B-04)."""

    NONE = "NONE"
    NEXT = "NEXT"
    PREVIOUS = "PREVIOUS"


class CalendarInvalid(ValueError):
    """An override file cannot be used; the text names file, key and reason in Chinese."""


@dataclass(frozen=True)
class Day:
    """One day that differs from Monday–Friday; `note` is the festival or the reason."""

    works: bool
    note: str = ""


class WorkingCalendar:
    """Counts working days between the first published year and twenty years after the last one.

    `ValueError` for a date outside. Days of a year that is not published are Monday–Friday minus
    `FIXED_HOLIDAYS`, and provisional unless an exception names them.
    """

    def __init__(self, published: Iterable[int], exceptions: Mapping[date, Day]) -> None:
        self._published = frozenset(published)
        self._exceptions = dict(exceptions)
        self.first, self.last = (
            date(min(self._published), 1, 1),
            date(max(self._published) + YEARS_AHEAD, 12, 31),
        )
        span = (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))
        self._working = [d for d in span if self._works(d)]

    def _works(self, d: date) -> bool:
        if d in self._exceptions:
            return self._exceptions[d].works
        free = d.year not in self._published and (d.month, d.day) in FIXED_HOLIDAYS
        return d.weekday() < 5 and not free

    def _inside(self, d: date) -> date:
        if not self.first <= d <= self.last:
            raise ValueError(f"{d} is outside the working calendar ({self.first} to {self.last})")
        return d

    def _nth(self, index: int) -> date:
        if not 0 <= index < len(self._working):
            raise ValueError(f"the count leaves the working calendar ({self.first} to {self.last})")
        return self._working[index]

    def is_working_day(self, d: date) -> bool:
        return self._works(self._inside(d))

    def is_provisional(self, d: date) -> bool:
        """Whether the State Council has not yet said if this day works."""
        return d.year not in self._published and d not in self._exceptions

    def holiday_name(self, d: date) -> str | None:
        """What a day off is called (春节), or None on working days and ordinary weekends."""
        if self.is_working_day(d):
            return None
        known = self._exceptions.get(d)
        name = (
            known.note
            if known
            else ""
            if d.year in self._published
            else FIXED_HOLIDAYS.get((d.month, d.day))
        )
        return name or None

    def add(self, d: date, n: int) -> date:
        """The n-th working day after `d`, which itself does not count (B-05); before it when n < 0;
        `d` when n = 0.
        """
        self._inside(d)
        if n == 0:
            return d
        return self._nth(
            bisect_right(self._working, d) + n - 1 if n > 0 else bisect_left(self._working, d) + n
        )

    def shift(self, d: date, how: Shift) -> date:
        """`d` itself when it works or how is NONE, else the nearest working day in that
        direction.
        """
        if how is Shift.NONE or self.is_working_day(d):
            return d
        return self.add(d, 1 if how is Shift.NEXT else -1)

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie in (a, b]; negative when b is before a."""
        return bisect_right(self._working, self._inside(b)) - bisect_right(
            self._working, self._inside(a)
        )

    def working_days_of(self, month: str) -> list[date]:
        first, last = self._inside(first_day(month)), self._inside(last_day(month))
        return self._working[bisect_left(self._working, first) : bisect_right(self._working, last)]


@cache
def state_council(overrides: Path | None = None) -> WorkingCalendar:
    """The published calendar, corrected by a county's own TOML file; read once for each path.

    The file: `complete_years = [2027]` for years whose whole list it carries (they stop being
    provisional) and `[[day]]` with `date`, `works` and an optional `note`. `CalendarInvalid` when
    it cannot be used.
    """
    off, made_up = chinese_calendar.holidays, chinese_calendar.workdays
    exceptions = {d: Day(False, chinese_calendar.Holiday(name).chinese) for d, name in off.items()}
    exceptions |= {d: Day(True) for d in made_up}
    years = {d.year for d in exceptions}
    if overrides is not None:
        own_years, own_days = _read(overrides)
        years |= own_years
        exceptions |= own_days
    return WorkingCalendar(years, exceptions)


def _read(path: Path) -> tuple[set[int], dict[date, Day]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarInvalid(f"{path}：无法读取：{error}") from error
    except tomllib.TOMLDecodeError as error:
        raise CalendarInvalid(f"{path}：不是合法的TOML文件：{error}") from error

    def demand(right: bool, key: str, reason: str) -> None:
        if not right:
            raise CalendarInvalid(f"{path}:{key}:{reason}")

    for key in content.keys() - {"complete_years", "day"}:
        demand(False, key, "不认识的参数，只能有complete_years和[[day]]")
    years = content.get("complete_years", [])
    demand(
        isinstance(years, list) and all(type(y) is int for y in years),
        "complete_years",
        "应为年份的列表，如[2027]",
    )
    rows = content.get("day", [])
    demand(isinstance(rows, list), "day", "应写成[[day]]")
    days: dict[date, Day] = {}
    for number, row in enumerate(rows, 1):
        at = f"第{number}个[[day]]"
        for key in row.keys() - {"date", "works", "note"}:
            demand(False, f"{at}.{key}", "不认识的参数")
        d: Any = row.get("date")
        demand(type(d) is date, f"{at}.date", "应为日期，如2027-02-06，不加引号")
        demand(d not in days, f"{at}.date", f"{d}写了两次")
        demand(isinstance(row.get("works"), bool), f"{at}.works", "应为true（上班）或false（休息）")
        demand(isinstance(row.get("note", ""), str), f"{at}.note", "应为文字")
        days[d] = Day(row["works"], row.get("note", ""))
    return set(years), days
