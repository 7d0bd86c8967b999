"""What the units' visits tell, as the county hears of them."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from kit.database.columns import among
from schemas.codes import VisitMode
from services.county.missed_discoveries.models import Visit


def last_visits(session: Session, households: Sequence[str]) -> dict[str, date]:
    """Household → the day on which its helper last saw it at home; a telephone call is none."""
    statement = select(Visit.household, func.max(Visit.on)).where(
        among(Visit.household, households), col(Visit.reached), Visit.mode == VisitMode.FIELD_VISIT
    )
    return dict(session.exec(statement.group_by(Visit.household)).all())
