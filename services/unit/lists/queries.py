"""A unit's lists of a month."""

from sqlmodel import Session, col, select

from kit.errors import NotFound
from services.unit.lists.models import UnitList


def lists_of(session: Session, unit: str, month: str) -> list[UnitList]:
    """The month's list and its supplements, in order."""
    query = (
        select(UnitList)
        .where(UnitList.unit == unit, UnitList.month == month)
        .order_by(col(UnitList.supplement))
    )
    return list(session.exec(query))


def sent_lists(session: Session, unit: str, month: str) -> list[UnitList]:
    """The same; `NotFound` while there is none."""
    if lists := lists_of(session, unit, month):
        return lists
    raise NotFound("本月还没有报送名单；请先由经办人报送。")
