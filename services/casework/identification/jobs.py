"""What happens when a clock of a file rings."""

from sqlmodel import Session

from kit.deadlines import Due
from services.casework.identification import commands
from services.casework.identification.deadlines import FILE_CLOCK


@FILE_CLOCK.fires
def clock_rang(session: Session, due: Due) -> None:
    commands.ring_clock(session, due)
