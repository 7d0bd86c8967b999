"""What happens when the last month of a unit is over."""

from sqlmodel import Session

from kit.clock import local_date
from kit.closing import kind_and_code
from kit.deadlines import Due
from services.unit.closings import commands
from services.unit.closings.deadlines import UNIT_ENDS


@UNIT_ENDS.fires
def unit_ends(session: Session, due: Due) -> None:
    commands.end_unit(session, kind_and_code(due.about)[1], on=local_date(due.at))
