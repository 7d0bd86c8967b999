"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit.actor import SYSTEM
from kit.clock import local_date
from kit.deadlines import Due, Jobs
from services.county.bulletin import commands
from services.county.office import note_missed

jobs = Jobs()


@jobs.on("bulletin draft")
def bulletin_draft(session: Session, due: Due) -> None:
    commands.draft_bulletin(session, due.about, actor=SYSTEM, on=local_date(due.at))


@jobs.on("bulletin missed")
def bulletin_missed(session: Session, due: Due) -> None:
    note_missed(session, due.about, "bulletin")
