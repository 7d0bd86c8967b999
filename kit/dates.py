"""How days, moments and months are written on pages and papers."""

from datetime import date, datetime

from kit.clock import ZONE, local_date
from rulebook.calendar import WorkingCalendar
from rulebook.days import in_words


def show_day(day: date | datetime | None) -> str:
    return in_words(local_date(day) if isinstance(day, datetime) else day)


def show_due(day: date | None, calendar: WorkingCalendar) -> str:
    """A due day; 暂定 while the State Council has not published its year (F-16)."""
    return f"{show_day(day)}{'（暂定）' if day and calendar.is_provisional(day) else ''}"


def show_moment(moment: datetime | None) -> str:
    return "—" if moment is None else f"{show_day(moment)} {moment.astimezone(ZONE):%H:%M}"


def show_clock(moment: datetime | None) -> str:
    """As a letter writes it: 2026年10月5日0时, 2026年10月5日9时05分."""
    if moment is None:
        return "—"
    here = moment.astimezone(ZONE)
    return f"{show_day(here)}{here.hour}时" + (f"{here.minute:02}分" if here.minute else "")


def show_month(month: str) -> str:
    """`month`: "2026-09"."""
    return f"{month[:4]}年{int(month[5:])}月"
