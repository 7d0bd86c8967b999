"""What happens when the days of making up the procedure are over."""

from sqlmodel import Session

from kit.deadlines import Due
from services.casework.green_channel import commands
from services.casework.identification.deadlines import BACKFILL_CLOCK


@BACKFILL_CLOCK.fires
def backfill_passed(session: Session, due: Due) -> None:
    commands.fall_overdue(session, due)
