"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit import deadlines
from kit.clock import Clock, local_date
from kit.deadlines import Due, Jobs
from rulebook.months import month_of
from services.unit.months import commands, queries

jobs = Jobs()


def prepare(session: Session, clock: Clock) -> None:
    """Let the current month open, unless it is open or about to."""
    now = clock()
    month = month_of(local_date(now))
    if (
        queries.open_month_of(session, month) is None
        and deadlines.pending(session, "open month", month) is None
    ):
        deadlines.set(session, "open month", month, now)


@jobs.on("open month")
def open_month(session: Session, due: Due) -> None:
    commands.open_month(session, due.about, on=local_date(due.at))


@jobs.on("remind helpers")
def remind_helpers(session: Session, due: Due) -> None:
    commands.remind_helpers(session, due.about[:7], local_date(due.at))


@jobs.on("remind units")
def remind_units(session: Session, due: Due) -> None:
    commands.remind_units(session, due.about[:7], local_date(due.at))


@jobs.on("visits due")
def visits_due(session: Session, due: Due) -> None:
    commands.note_visits_due(session, due.about)
