"""Doors for the clock: deadlines that fire."""

from sqlmodel import Session

from kit.deadlines import Due
from services.unit.lists import commands
from services.unit.months.deadlines import LISTS_DUE


@LISTS_DUE.fires
def lists_due(session: Session, due: Due) -> None:
    commands.report_missing_lists(session, due.about)
