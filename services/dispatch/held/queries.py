"""What waits."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from kit import directory
from kit.database.rows import existing
from schemas.codes import DirectoryKind, GapItem
from services.dispatch.held.models import Decided, HeldNeeds


def open_needs(session: Session) -> Sequence[HeldNeeds]:
    """Not handed out yet, the oldest first."""
    statement = select(HeldNeeds).where(col(HeldNeeds.ended_on).is_(None))
    return session.exec(statement.order_by(col(HeldNeeds.since), col(HeldNeeds.id))).all()


def open_of(session: Session, household: str | None, case: str | None) -> Sequence[HeldNeeds]:
    """Those of a household, or of the case that its file came from, locked."""
    whose = or_(HeldNeeds.household == household, HeldNeeds.case == case)
    statement = select(HeldNeeds).where(whose, col(HeldNeeds.ended_on).is_(None))
    return session.exec(statement.order_by(col(HeldNeeds.id)).with_for_update()).all()


def held(session: Session, id: str) -> HeldNeeds:
    return existing(session, HeldNeeds, id, "没有这条待审定的需求。")


def decision(session: Session, household: str, case: str) -> Decided | None:
    """The latest of the household, or of the file that this case opened."""
    whose = or_(Decided.household == household, Decided.case == case)
    statement = select(Decided).where(whose, col(Decided.on).is_not(None))
    return session.exec(statement.order_by(col(Decided.on).desc())).first()


def gap_items(row: HeldNeeds) -> list[GapItem]:
    return [GapItem(need["gap_item"]) for need in row.told["needs"]]


def places(session: Session, rows: Sequence[HeldNeeds]) -> dict[str, str]:
    """Village code → name, with its township's."""
    return directory.full_names(session, DirectoryKind.VILLAGE, (row.village for row in rows))
