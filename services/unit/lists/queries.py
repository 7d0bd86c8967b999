"""A unit's lists of a month."""

from sqlmodel import Session, col, select

from services.unit.lists.models import UnitList


def lists_of(session: Session, unit: str, month: str) -> list[UnitList]:
    """The month's list and its supplements, in order."""
    query = (
        select(UnitList)
        .where(UnitList.unit == unit, UnitList.month == month)
        .order_by(col(UnitList.supplement))
    )
    return list(session.exec(query))
