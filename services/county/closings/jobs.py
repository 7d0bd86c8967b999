"""What happens when the last month of a team is over."""

from sqlmodel import Session

from kit.clock import local_date
from kit.closing import kind_and_code
from kit.deadlines import Due
from services.county.closings import commands
from services.county.closings.deadlines import TEAM_ENDS


@TEAM_ENDS.fires
def team_ends(session: Session, due: Due) -> None:
    commands.end_team(session, kind_and_code(due.about)[1], on=local_date(due.at))
