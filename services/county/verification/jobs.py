"""The days of the verification and of the township's recheck have passed."""

from sqlmodel import Session

from kit.clock import local_date
from kit.deadlines import Due
from services.county.cases.deadlines import RECHECK_DUE, VERIFY_DUE
from services.county.verification import commands


@VERIFY_DUE.fires
def verify_due(session: Session, due: Due) -> None:
    commands.note_verify_overdue(session, due.about, local_date(due.at))


@RECHECK_DUE.fires
def recheck_due(session: Session, due: Due) -> None:
    commands.note_recheck_overdue(session, due.about, local_date(due.at))
