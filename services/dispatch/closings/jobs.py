"""What happens when the last month of a department is over."""

from sqlmodel import Session

from kit.clock import local_date
from kit.closing import kind_and_code
from kit.deadlines import Due
from services.dispatch.closings import commands
from services.dispatch.closings.deadlines import DEPARTMENT_ENDS


@DEPARTMENT_ENDS.fires
def department_ends(session: Session, due: Due) -> None:
    commands.end_department(session, kind_and_code(due.about)[1], on=local_date(due.at))
