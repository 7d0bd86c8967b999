"""Households by number and by name."""

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.seal import id_hash
from rulebook.names import ADDITION, plain_name
from services.county.register.models import Household


def plain(column: Any) -> ColumnElement[str]:
    """The name in the column as `plain_name` compares it."""
    return func.regexp_replace(column, ADDITION, "", "g")


def name_has(column: Any, part: str) -> ColumnElement[bool]:
    """Whether the name holds the part, both compared alike; a part of dots alone finds nobody."""
    searched = plain_name(part)
    return plain(column).contains(searched, autoescape=True) if searched else column == part


def village_now(household: Any, named: Any) -> Any:
    """Where the register says that the household lives today, also after a merge (F-15); one that it
    does not know, where it was `named`.
    """
    known = select(Household.village).where(Household.id == household)
    return func.coalesce(known.scalar_subquery(), named)


def households_of_hash(session: Session, hash_: str) -> list[Household]:
    """Households with a person of this ID number's hash, those on the register first."""
    statement = select(Household).where(col(Household.hashes).contains([hash_]))
    order = col(Household.on_register).desc(), Household.id
    return list(session.exec(statement.order_by(*order)))


def households_named(session: Session, village: str, head_name: str) -> list[Household]:
    return list(
        session.exec(
            select(Household).where(Household.village == village, Household.head_name == head_name)
        )
    )


def households(session: Session, q: str, village: str | None = None) -> SelectOfScalar[Household]:
    """The statement of those that a name's part, a 户编号 or an ID number (of any member) finds."""
    statement = select(Household).where(
        or_(
            name_has(col(Household.head_name), q),
            col(Household.number) == q,
            col(Household.hashes).contains([id_hash(session, q)]),
        )
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
    held = theirs.contains(name, autoescape=True) | (
        (theirs != "") & (func.strpos(name, theirs) > 0)
    )
    statement = select(Household).where(Household.village == village, held)
    return list(session.exec(statement.order_by(theirs, col(Household.id)).limit(20)))
