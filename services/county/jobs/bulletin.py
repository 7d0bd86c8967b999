"""The bulletin's deadlines: the cut-off, and the day by which it should be out."""

from sqlmodel import Session

from kit.actor import SYSTEM
from kit.clock import local_date
from kit.deadlines import Due
from services.county.commands import bulletin as commands
from services.county.commands.office import note_missed
from services.county.jobs.registry import jobs


@jobs.on("bulletin draft")
def bulletin_draft(session: Session, due: Due) -> None:
    commands.draft_bulletin(session, due.about, actor=SYSTEM, on=local_date(due.at))


@jobs.on("bulletin missed")
def bulletin_missed(session: Session, due: Due) -> None:
    note_missed(session, due.about, "bulletin")
