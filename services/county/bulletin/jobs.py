"""The bulletin is drafted at the cut-off by itself; one that was not issued in time is noted."""

from sqlmodel import Session

from kit.actor import SYSTEM
from kit.clock import local_date
from kit.deadlines import Due
from services.county.bulletin import commands
from services.county.bulletin.deadlines import BULLETIN_DRAFT, BULLETIN_MISSED
from services.county.office import note_missed


@BULLETIN_DRAFT.fires
def bulletin_draft(session: Session, due: Due) -> None:
    commands.draft_bulletin(session, due.about, actor=SYSTEM, on=local_date(due.at))


@BULLETIN_MISSED.fires
def bulletin_missed(session: Session, due: Due) -> None:
    note_missed(session, due.about, "bulletin")
