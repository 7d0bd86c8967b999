"""Households by id, name, number and ID number."""

from collections.abc import Collection

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from kit.database.columns import among
from kit.database.searching import name_has
from kit.seal import id_hash
from services.casework.households.models import Household

NOT_VOID = col(Household.merged_into).is_(None)


def present(session: Session, household: str) -> str:
    """The entry that it was merged into; itself where its number is not void."""
    copy = session.get(Household, household)
    return (copy.merged_into if copy else None) or household


def known(session: Session, ids: Collection[str]) -> dict[str, Household]:
    """Of a whole page: id → household."""
    rows = session.exec(select(Household).where(among(Household.id, ids)))
    return {row.id: row for row in rows}


def of_hash(session: Session, hash_: str) -> Household | None:
    """The household with a person of this ID number's hash, one on the register before others."""
    statement = select(Household).where(col(Household.hashes).contains([hash_]), NOT_VOID)
    order = col(Household.on_register).desc(), Household.id
    return session.exec(statement.order_by(*order)).first()


def matching(session: Session, q: str) -> ColumnElement[bool]:
    """The condition that a person's search means: part of the head's name, or a whole number of the
    household or of any member.
    """
    return or_(
        name_has(col(Household.head_name), q),
        Household.number == q.upper(),
        col(Household.hashes).contains([id_hash(session, q.upper())]),
    )
