"""Doors for the clock: deadlines that fire."""

from datetime import date

from sqlmodel import Session

from kit.clock import local_date
from kit.deadlines import Due, Jobs
from services.county.verification import commands


def _day(due: Due) -> date:
    return local_date(due.at)


jobs = Jobs()


@jobs.on("verify due")
def verify_due(session: Session, due: Due) -> None:
    commands.note_verify_overdue(session, due.about, _day(due))


@jobs.on("recheck due")
def recheck_due(session: Session, due: Due) -> None:
    commands.note_recheck_overdue(session, due.about, _day(due))
