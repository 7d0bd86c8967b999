"""Doors for the clock: deadlines that fire."""

from datetime import date

from sqlmodel import Session

from kit.clock import Clock, local_date
from kit.deadlines import Due
from rulebook.months import month_of
from services.county.months import commands
from services.county.months.deadlines import OPEN_MONTH, SUPERVISION_DUE, SUPERVISION_REMINDER
from services.county.months.models import Month


def _day(due: Due) -> date:
    return local_date(due.at)


def prepare(session: Session, clock: Clock) -> None:
    """At every start: the current month opens by itself, unless it is open or about to."""
    month = month_of(local_date(clock()))
    if session.get(Month, month) is None and OPEN_MONTH.pending(session, month) is None:
        OPEN_MONTH.set(session, month, clock())


@OPEN_MONTH.fires
def open_month(session: Session, due: Due) -> None:
    commands.open_month(session, due.about, on=_day(due))


@SUPERVISION_REMINDER.fires
def supervision_reminder(session: Session, due: Due) -> None:
    commands.remind_teams(session, due.about[:7], _day(due))


@SUPERVISION_DUE.fires
def supervision_due(session: Session, due: Due) -> None:
    commands.close_supervision(session, due.about)
