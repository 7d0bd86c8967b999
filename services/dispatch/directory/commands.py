"""What dispatch does on hearing from village, county, the departments' systems and its own
clocks.
"""

from sqlmodel import Session

from schemas.village import DivisionNamed
from services.dispatch.directory.models import Division


def name_division(session: Session, event: DivisionNamed) -> None:
    session.merge(
        Division(code=event.division, level=event.level, name=event.name, parent=event.parent)
    )
