"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit.deadlines import Due
from services.county.hearings import commands
from services.county.missed_discoveries.deadlines import HEARING_DUE


@HEARING_DUE.fires
def hearing_due(session: Session, due: Due) -> None:
    commands.close_hearing(session, due.about)
