"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit.clock import Clock, local_date
from kit.deadlines import Due
from rulebook.months import month_of
from services.unit.months import commands, queries
from services.unit.months.deadlines import OPEN_MONTH, REMIND_HELPERS, REMIND_UNITS, VISITS_DUE


def prepare(session: Session, clock: Clock) -> None:
    """Let the current month open, unless it is open or about to."""
    now = clock()
    month = month_of(local_date(now))
    if queries.open_month_of(session, month) is None and OPEN_MONTH.pending(session, month) is None:
        OPEN_MONTH.set(session, month, now)


@OPEN_MONTH.fires
def open_month(session: Session, due: Due) -> None:
    commands.open_month(session, due.about, on=local_date(due.at))


@REMIND_HELPERS.fires
def remind_helpers(session: Session, due: Due) -> None:
    commands.remind_helpers(session, due.about[:7], local_date(due.at))


@REMIND_UNITS.fires
def remind_units(session: Session, due: Due) -> None:
    commands.remind_units(session, due.about[:7], local_date(due.at))


@VISITS_DUE.fires
def visits_due(session: Session, due: Due) -> None:
    commands.note_visits_due(session, due.about)
