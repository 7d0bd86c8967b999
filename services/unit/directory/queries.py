"""Households of the register, by id, number, ID number and name, and where they live."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from kit import directory
from kit.database.rows import existing
from kit.database.searching import name_has
from kit.seal import id_hash
from schemas.codes import DirectoryKind
from services.unit.directory.models import Household


def household(session: Session, id: str) -> Household:
    return existing(session, Household, id, "没有找到这户；登记信息可能还没有传到，请稍后再试。")


def household_numbered(session: Session, number: str) -> Household | None:
    """By the national system's 户编号, void ones too."""
    return session.exec(select(Household).where(Household.number == number)).first()


def household_by_hash(session: Session, id_hash: str) -> Household | None:
    """By its head's ID number; a void one where there is no other."""
    query = select(Household).where(Household.id_hash == id_hash)
    return session.exec(query.order_by(col(Household.merged_into).is_not(None))).first()


def present(household: Any) -> Any:
    """As a column: the entry that this one was merged into, itself where its number is not void. What
    was said of a void entry stays where it was said, and counts for its successor (F-04).
    """
    entry = aliased(Household)
    heir = select(entry.merged_into).where(entry.id == household).correlate_except(entry)
    return func.coalesce(heir.scalar_subquery(), household)


def present_entry(session: Session, household: Household) -> Household:
    """The same of a household; a successor that the register has not told of yet is not known."""
    heir = session.get(Household, household.merged_into) if household.merged_into else None
    return heir or household


def entries_of(session: Session, household: str) -> list[str]:
    """The household, and the void entries that were merged into it."""
    merged = select(Household.id).where(Household.merged_into == household)
    return [household, *session.exec(merged)]


def why_void(session: Session, household: Household) -> str:
    """户编号H1（石桥村01组）已并入户编号N1（石桥村02组）; empty: its number is not void."""
    if household.merged_into is None:
        return ""
    heir = present_entry(session, household)
    into = "另一户" if heir is household else _called(session, heir)
    return f"{_called(session, household)}已并入{into}"


def _called(session: Session, household: Household) -> str:
    number = f"户编号{household.number}" if household.number else "不在册的一户"
    return f"{number}（{place_name(session, household)}）"


def households_like(session: Session, name: str, village: str | None) -> list[Household]:
    """Households whose head has this name, in this village where it is known."""
    query = select(Household).where(Household.head_name == name)
    if village:
        query = query.where(Household.village == village)
    return list(session.exec(query.order_by(Household.id)))


def village_named(session: Session, name: str) -> str | None:
    """The code of the one village with this name; None when there is none, or several."""
    villages = directory.named(session, DirectoryKind.VILLAGE, name)
    return villages[0].code if len(villages) == 1 else None


def village_names(session: Session, households: Iterable[Household]) -> dict[str, str]:
    """Of a whole page, for `place_of`: code → name."""
    return directory.names(
        session, DirectoryKind.VILLAGE, [household.village for household in households]
    )


def place_of(household: Household, villages: Mapping[str, str]) -> str:
    """Village and group, as 石桥村01组."""
    return villages[household.village] + (f"{household.group}组" if household.group else "")


def place_name(session: Session, household: Household) -> str:
    return place_of(household, village_names(session, [household]))


def matching(session: Session, query: str) -> ColumnElement[bool]:
    """The condition on a household that a person's search means: part of the head's name, or a
    whole number.
    """
    return or_(
        name_has(col(Household.head_name), query),
        Household.number == query.upper(),
        Household.id_hash == id_hash(session, query.upper()),
    )
