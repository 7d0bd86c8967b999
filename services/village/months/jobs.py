"""Deadlines of tier 1: the month opens, reminds and closes by itself."""

from sqlmodel import Session

from kit import deadlines
from kit.clock import Clock, local_date
from kit.deadlines import Due, Jobs
from rulebook.months import month_of
from services.village.months import commands, queries
from services.village.months.rules import Reporter

jobs = Jobs()


def prepare(session: Session, clock: Clock) -> None:
    """At every start: see that the current month opens (or has)."""
    now = clock()
    month = month_of(local_date(now))
    is_open = any(one.month == month for one in queries.months(session))
    if not is_open and not deadlines.pending(session, "open month", month):
        deadlines.set(session, "open month", month, now)


@jobs.on("open month")
def open_month(session: Session, due: Due) -> None:
    commands.open_month(session, due.about, on=local_date(due.at))


@jobs.on("remind groups")
def remind_groups(session: Session, due: Due) -> None:
    commands.remind_reporters(session, due.about[:7], Reporter.GROUP, on=local_date(due.at))


@jobs.on("remind villages")
def remind_villages(session: Session, due: Due) -> None:
    commands.remind_reporters(session, due.about[:7], Reporter.VILLAGE, on=local_date(due.at))


@jobs.on("remind townships")
def remind_townships(session: Session, due: Due) -> None:
    commands.remind_reporters(session, due.about[:7], Reporter.TOWNSHIP, on=local_date(due.at))


@jobs.on("groups due")
def report_missing_groups(session: Session, due: Due) -> None:
    commands.report_missing(session, due.about, Reporter.GROUP, on=local_date(due.at))


@jobs.on("lists due")
def report_missing_lists(session: Session, due: Due) -> None:
    commands.report_missing(session, due.about, Reporter.VILLAGE, on=local_date(due.at))


@jobs.on("townships due")
def report_missing_townships(session: Session, due: Due) -> None:
    commands.report_missing(session, due.about, Reporter.TOWNSHIP, on=local_date(due.at))
