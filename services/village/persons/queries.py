"""Where a person is, by the hash of the ID number."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from kit.database.columns import among
from kit.seal import id_hash
from services.village.persons.models import Person
from services.village.register.models import Household


class Holder(NamedTuple):
    """The household in which an ID number is open and undisputed."""

    id: str
    number: str | None
    village: str
    group: str | None
    head_name: str
    on_register: bool
    is_head: bool  # the number is its head's


def holders(session: Session, hashes: Iterable[str]) -> Mapping[str, Holder]:
    """A county's register comes at once: columns, no households."""
    columns: list[Any] = [
        Person.id_hash,
        *(getattr(Household, name) for name in Holder._fields[:-1]),
        col(Household.id_hash).is_not_distinct_from(Person.id_hash),
    ]
    statement = (
        select(*columns)
        .join(Household, col(Household.id) == Person.household)
        .where(among(Person.id_hash, hashes), col(Person.until).is_(None), ~col(Person.disputed))
    )
    return {hashed: Holder(*facts) for hashed, *facts in session.execute(statement)}


def disputed_in(session: Session, numbers: Iterable[str]) -> Collection[tuple[str, str]]:
    """Of the households with these numbers, who is disputed: household's number, hash."""
    statement = (
        select(Household.number, Person.id_hash)
        .join(Person, col(Person.household) == Household.id)
        .where(among(Household.number, numbers), col(Person.until).is_(None), Person.disputed)
    )
    return {(number or "", hashed) for number, hashed in session.execute(statement)}


def disputed(session: Session, household: str) -> list[Person]:
    """Its persons who are open in another household too; also those that it holds itself."""
    other = aliased(Person)
    rivals = select(other.id).where(
        other.id_hash == Person.id_hash,
        other.household != Person.household,
        col(other.until).is_(None),
    )
    statement = select(Person).where(
        Person.household == household, col(Person.until).is_(None), rivals.exists()
    )
    return list(session.exec(statement.order_by(col(Person.id))))


def rivals(session: Session, person: Person) -> list[Person]:
    """The same ID number in other households, who holds it first."""
    statement = select(Person).where(
        Person.id_hash == person.id_hash,
        Person.household != person.household,
        col(Person.until).is_(None),
    )
    return list(session.exec(statement.order_by(col(Person.disputed), col(Person.id))))


def open_row(session: Session, household: str, hashed: str) -> Person:
    statement = select(Person).where(
        Person.household == household, Person.id_hash == hashed, col(Person.until).is_(None)
    )
    return session.exec(statement).one()


def hashes_of(session: Session, members: Iterable[Mapping[str, str | None]]) -> list[str]:
    """Of the members with an ID number, in their order."""
    numbers = (member.get("id_number") for member in members)
    return [id_hash(session, number) for number in numbers if number]
