"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit.deadlines import Due, Jobs
from services.county.hearings import commands

jobs = Jobs()


@jobs.on("hearing due")
def hearing_due(session: Session, due: Due) -> None:
    commands.close_hearing(session, due.about)
