"""What happens when a day of the month has come."""

from sqlmodel import Session

from kit.clock import Clock, local_date
from kit.deadlines import Due
from rulebook.months import month_of
from services.village.months import commands, queries
from services.village.months.deadlines import CLOSE, OPEN_MONTH, REMIND
from services.village.months.rules import Reporter


def prepare(session: Session, clock: Clock) -> None:
    """At every start: see that the current month opens (or has)."""
    now = clock()
    month = month_of(local_date(now))
    is_open = any(opened.month == month for opened in queries.months(session))
    if not is_open and not OPEN_MONTH.pending(session, month):
        OPEN_MONTH.set(session, month, now)


@OPEN_MONTH.fires
def open_month(session: Session, due: Due) -> None:
    commands.open_month(session, due.about, on=local_date(due.at))


@REMIND[Reporter.GROUP].fires
def remind_groups(session: Session, due: Due) -> None:
    commands.remind_reporters(session, due.about[:7], Reporter.GROUP, on=local_date(due.at))


@REMIND[Reporter.VILLAGE].fires
def remind_villages(session: Session, due: Due) -> None:
    commands.remind_reporters(session, due.about[:7], Reporter.VILLAGE, on=local_date(due.at))


@REMIND[Reporter.TOWNSHIP].fires
def remind_townships(session: Session, due: Due) -> None:
    commands.remind_reporters(session, due.about[:7], Reporter.TOWNSHIP, on=local_date(due.at))


@CLOSE[Reporter.GROUP].fires
def report_missing_groups(session: Session, due: Due) -> None:
    commands.report_missing(session, due.about, Reporter.GROUP, on=local_date(due.at))


@CLOSE[Reporter.VILLAGE].fires
def report_missing_lists(session: Session, due: Due) -> None:
    commands.report_missing(session, due.about, Reporter.VILLAGE, on=local_date(due.at))


@CLOSE[Reporter.TOWNSHIP].fires
def report_missing_townships(session: Session, due: Due) -> None:
    commands.report_missing(session, due.about, Reporter.TOWNSHIP, on=local_date(due.at))
