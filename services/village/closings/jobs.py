"""What happens when the last month of a place is over."""

from sqlmodel import Session

from kit.clock import local_date
from kit.closing import kind_and_code
from kit.deadlines import Due
from services.village.closings import commands
from services.village.closings.deadlines import PLACE_ENDS


@PLACE_ENDS.fires
def place_ends(session: Session, due: Due) -> None:
    commands.end_place(session, *kind_and_code(due.about), on=local_date(due.at))
