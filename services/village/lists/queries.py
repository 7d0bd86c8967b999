"""The lists that came, and the villages that sent none."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.village.lists.models import VillageList
from services.village.months.queries import reporters
from services.village.months.rules import Reporter


def lists(
    session: Session, month: str, *, village: str | None = None, township: str | None = None
) -> Sequence[VillageList]:
    statement = select(VillageList).where(VillageList.month == month)
    if village:
        statement = statement.where(VillageList.village == village)
    if township:
        statement = statement.where(VillageList.township == township)
    return session.exec(statement.order_by(VillageList.village, col(VillageList.supplement))).all()


def unsigned(session: Session, township: str) -> Sequence[VillageList]:
    """Lists and supplements of every month that the township's head has not signed."""
    statement = select(VillageList).where(
        VillageList.township == township, col(VillageList.signature).is_(None)
    )
    key = VillageList.month, VillageList.village, col(VillageList.supplement)
    return session.exec(statement.order_by(*key)).all()


def villages_without_list(session: Session, month: str, township: str) -> list[str]:
    """Expected and not exempted, and nothing came: a sign-off names them (N-08)."""
    expected = reporters(session, month, Reporter.VILLAGE, prefix=township[:9])
    return [row.code for row in expected if row.expected]
