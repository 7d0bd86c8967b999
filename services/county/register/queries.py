"""Households by number and by name."""

from sqlmodel import Session, col, select

from services.county.register.models import Household


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
