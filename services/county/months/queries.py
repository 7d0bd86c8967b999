"""Which months there are."""

from datetime import date

from sqlmodel import Session, select

from kit.packs import pack_of
from rulebook.month_plan import MonthPlan
from rulebook.months import check_month
from rulebook.packs import Pack
from services.county.months.models import Month
from services.county.reporters.models import ReporterMonth
from services.county.service import book, county


def month(session: Session, month: str) -> Month | None:
    return session.get(Month, month)


def is_open(session: Session, month: str) -> bool:
    return session.get(Month, month) is not None


def pack_of_month(session: Session, month: str) -> Pack:
    """The pack that a month was opened under; before that, the one it will be opened under."""
    opened = session.get(Month, month)
    if opened:
        return pack_of(session, opened.pack)
    return book(session).pack_of_month(county(session), month)


def had_passed(session: Session, month: str, day: date) -> bool:
    """Whether the day had passed when the month was opened: the office does not owe it any more."""
    opened = session.get(Month, month)
    return opened is not None and day < opened.opened_on


def plan_of_month(session: Session, month: str) -> MonthPlan:
    """`ValueError` for what is no month, `LookupError` for one that no pack or calendar covers."""
    month = check_month(month)
    return book(session).plan(pack_of_month(session, month), month)


def months(session: Session) -> list[str]:
    """Months of which anything is known, the latest first."""
    known = {
        *session.exec(select(Month.month)),
        *session.exec(select(ReporterMonth.month).distinct()),
    }
    return sorted(known, reverse=True)
