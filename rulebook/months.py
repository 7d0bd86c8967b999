"""Months as "YYYY-MM", and the days and instants of Asia/Shanghai."""

import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from rulebook.numerals import with_digits

ZONE = ZoneInfo("Asia/Shanghai")

LAST_YEAR = 2040
_MONTH = re.compile(r"((?:19|20|21)\d\d)(?:[-/.年]?)(0?[1-9]|1[0-2])月?")
# A month that a text names, with its year or without: no day of it, no span that begins or ends there.
_NAMED = re.compile(
    r"(?<!\d)(?:(?P<year>20\d\d)[年./_-])?(?<!\d)(?P<month>0?[1-9]|1[0-2])月(?!\d|起|以来|初|中旬|底|末|前|后|上旬|下旬)"
    r"|(?<!\d)(?P<year2>20\d\d)[./_-]?(?P<month2>0[1-9]|1[0-2]|(?<=\D)[1-9])(?![\d月]|[./_-]\d)"
)


def months_named(text: str, month: str) -> set[str]:
    """Months that a title or a file's name says (F-24): 2026年8月, 8月, 八月份, 2026-08, 202608. Where
    it gives no year, that which is nearest to `month`.
    """
    plain = with_digits("".join(unicodedata.normalize("NFKC", text).split()))
    named = set()
    for match in _NAMED.finditer(plain):
        year, number = match["year"] or match["year2"], int(match["month"] or match["month2"])
        years = [int(year)] if year else [int(month[:4]) + shift for shift in (-1, 0, 1)]
        candidates = [f"{year}-{number:02}" for year in years]
        named.add(min(candidates, key=lambda named: abs(first_day(named) - first_day(month))))
    return named


def check_month(text: str) -> str:
    """The month as "YYYY-MM", from any usual spelling; `ValueError` with a Chinese text
    otherwise.
    """
    match = _MONTH.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if not match:
        raise ValueError(f"月份“{text}”写法不对，请写成2026-09这样的格式")
    if int(match[1]) > LAST_YEAR:
        raise ValueError(f"月份“{text}”的年份不对，请核对")
    return f"{match[1]}-{int(match[2]):02}"


def check_day(d: date) -> date:
    """A day that somebody may mean; `ValueError` with a Chinese text when the year is mistyped. The
    last one lies well within the provisional years of the working calendar.
    """
    if not 1900 <= d.year <= LAST_YEAR:
        raise ValueError(f"日期“{d}”的年份不对，请核对")
    return d


Written = Annotated[str, Field(max_length=20)]
YearMonth = Annotated[  # at a door, from any usual spelling
    Written, AfterValidator(check_month), Field(json_schema_extra={"format": "month"})
]
AnyYearMonth = Annotated[
    Written, AfterValidator(lambda text: check_month(text) if text else "")
]  # "": all, or the latest
Day = Annotated[date, AfterValidator(check_day)]


def month_of(d: date) -> str:
    return f"{d:%Y-%m}"


def first_day(month: str) -> date:
    """`ValueError` unless the month is "YYYY-MM"."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    return day_in(month, "LAST")


def day_in(month: str, day: int | Literal["LAST"]) -> date:
    """This day of the month, or the month's last day where the month is shorter (B-02)."""
    first = first_day(month)
    length = monthrange(first.year, first.month)[1]
    return first.replace(day=length if day == "LAST" else min(day, length))


def next_month(month: str) -> str:
    first = first_day(month)
    return f"{first.year + first.month // 12}-{first.month % 12 + 1:02}"


def follows(month: str, on: date) -> bool:
    """Whether the month after this one is still to begin: a month that is opened late does not open
    those between it and now.
    """
    return first_day(next_month(month)) > on


def previous_month(month: str) -> str:
    first = first_day(month)
    return f"{first.year - (first.month == 1)}-{(first.month - 2) % 12 + 1:02}"


def plus_months(d: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month: 2023-08-31, 6 ->
    2024-02-29.
    """
    years, month = divmod(d.month - 1 + months, 12)
    return day_in(f"{d.year + years:04}-{month + 1:02}", d.day)


def start_of(d: date) -> datetime:
    """The first instant of the day in Shanghai, as UTC."""
    return datetime.combine(d, time.min, ZONE).astimezone(UTC)


def end_of(d: date) -> datetime:
    """The last instant of the day in Shanghai (23:59:59.999999), as UTC: "20日前" includes all of
    the 20th (B-03).
    """
    return datetime.combine(d, time.max, ZONE).astimezone(UTC)


def local_date(moment: datetime) -> date:
    """The day it is in Shanghai at this moment; `ValueError` when the moment has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZONE).date()
