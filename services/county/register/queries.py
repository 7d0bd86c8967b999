"""Households by number and by name."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.database.columns import among
from kit.database.searching import has, name_has, plain
from kit.seal import id_hash
from rulebook.names import plain_name
from services.county.register.models import Household

NOT_VOID = col(Household.merged_into).is_(None)


def village_now(household: Any, named: Any) -> Any:
    """Where the register says that the household lives today, also after a merge (F-15); one that it
    does not know, where it was `named`.
    """
    known = select(Household.village).where(Household.id == household)
    return func.coalesce(known.scalar_subquery(), named)


def present(session: Session, household: str) -> str:
    """The entry that it was merged into; itself where its number is not void."""
    copy = session.get(Household, household)
    return (copy.merged_into if copy else None) or household


def successors(session: Session, households: Collection[str]) -> dict[str, str]:
    """Of these households the void ones, with the entries that they were merged into."""
    columns: Any = Household.id, Household.merged_into
    void: Any = select(*columns).where(among(Household.id, households), ~NOT_VOID)
    return dict(session.execute(void).all())


def entries_of(session: Session, household: str) -> list[str]:
    """The household, and the void entries that were merged into it."""
    merged = select(Household.id).where(Household.merged_into == household)
    return [household, *session.exec(merged)]


def households_of_hash(session: Session, hash_: str) -> list[Household]:
    """Households with a person of this ID number's hash, those on the register first; no void ones."""
    statement = select(Household).where(col(Household.hashes).contains([hash_]), NOT_VOID)
    order = col(Household.on_register).desc(), Household.id
    return list(session.exec(statement.order_by(*order)))


def households_named(session: Session, village: str, head_name: str) -> list[Household]:
    return list(
        session.exec(
            select(Household).where(
                Household.village == village, Household.head_name == head_name, NOT_VOID
            )
        )
    )


def households(session: Session, q: str, village: str | None = None) -> SelectOfScalar[Household]:
    """The statement of those that a name's part, a 户编号 or an ID number (of any member) finds."""
    statement = select(Household).where(
        or_(
            name_has(col(Household.head_name), q),
            col(Household.number) == q,
            col(Household.hashes).contains([id_hash(session, q)]),
        ),
        NOT_VOID,
    )
    if village:
        statement = statement.where(Household.village == village)
    return statement.order_by(col(Household.village), col(Household.head_name), col(Household.id))


def alike(session: Session, village: str, head_name: str) -> list[Household]:
    """Households of the village whose head's name holds this one, or is held by it: 冯兰, 冯兰金."""
    name = plain_name(head_name)
    if not name:
        return []
    theirs = plain(col(Household.head_name))
    held = has(theirs, name) | ((theirs != "") & (func.strpos(name, theirs) > 0))
    statement = select(Household).where(Household.village == village, held, NOT_VOID)
    return list(session.exec(statement.order_by(theirs, col(Household.id)).limit(20)))
