"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit.deadlines import Due, Jobs
from services.unit.lists import commands

jobs = Jobs()


@jobs.on("lists due")
def lists_due(session: Session, due: Due) -> None:
    commands.report_missing_lists(session, due.about)
