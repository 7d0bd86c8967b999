"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit.actor import SYSTEM
from kit.clock import local_date
from kit.deadlines import Due, Jobs
from services.county.agenda import commands
from services.county.office import note_missed

jobs = Jobs()


@jobs.on("meeting agenda")
def meeting_agenda(session: Session, due: Due) -> None:
    commands.open_meeting(session, due.about, actor=SYSTEM, on=local_date(due.at))


@jobs.on("meeting notice")
def meeting_notice(session: Session, due: Due) -> None:
    commands.notice_month(session, due.about, on=local_date(due.at))


@jobs.on("meeting missed")
def meeting_missed(session: Session, due: Due) -> None:
    note_missed(session, due.about, "meeting")
