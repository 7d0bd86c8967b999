"""Persons come into households and leave them, as sets. Nobody here commits."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from kit.database.locks import hold
from services.village.persons import queries
from services.village.persons.models import Person
from services.village.register.models import Household

PERSONS = "village.persons"  # held by whoever changes who belongs where
PAGE = 5_000  # households

LEAVE = text("""UPDATE person SET until = :on FROM unnest(CAST(:households AS text[])) AS changed(id)
    WHERE person.household = changed.id AND person.until IS NULL AND NOT EXISTS (
        SELECT FROM unnest(CAST(:of AS text[]), CAST(:hashes AS text[])) AS named(household, hash)
        WHERE named.household = person.household AND named.hash = person.id_hash)
    RETURNING person.id_hash""")
# Whom a report had named (不在册) gives way to the register.
YIELD = text("""UPDATE person SET disputed = true FROM household
    WHERE household.id = person.household AND NOT household.on_register
    AND person.id_hash = ANY(CAST(:hashes AS text[])) AND person.until IS NULL AND NOT person.disputed
    AND NOT person.household = ANY(CAST(:of AS text[]))
    RETURNING person.id_hash""")
COME = text("""INSERT INTO person (household, id_hash, since, disputed)
    SELECT named.household, named.hash, CAST(:on AS date), :all_disputed OR EXISTS (
        SELECT FROM person AS other WHERE other.id_hash = named.hash
        AND other.until IS NULL AND NOT other.disputed)
    FROM unnest(CAST(:of AS text[]), CAST(:hashes AS text[])) AS named(household, hash)
    ON CONFLICT (household, id_hash) WHERE until IS NULL DO NOTHING""")
# Where nobody holds an open number any more, the first of those who wait does.
SETTLE = """UPDATE person SET disputed = false FROM (
        SELECT DISTINCT ON (waiting.id_hash) waiting.id
        FROM person AS waiting JOIN household ON household.id = waiting.household
        WHERE waiting.until IS NULL AND {which} AND NOT EXISTS (
            SELECT FROM person AS other WHERE other.id_hash = waiting.id_hash
            AND other.until IS NULL AND NOT other.disputed)
        ORDER BY waiting.id_hash, household.duplicate_of IS NOT NULL, NOT household.on_register,
            household.id_hash IS DISTINCT FROM waiting.id_hash,
            waiting.since NULLS FIRST, waiting.household) AS first
    WHERE person.id = first.id"""
SETTLE_SOME = text(SETTLE.format(which="waiting.id_hash = ANY(CAST(:hashes AS text[]))"))
SETTLE_ALL = text(SETTLE.format(which="waiting.disputed"))


def settle(
    session: Session,
    people: Mapping[str, Collection[str]],
    *,
    on: date,
    fresh: Collection[str] = (),
) -> None:
    """`people`: by household, the hashes of the ID numbers of all who belong to it from `on`; who
    does not any more leaves it. `fresh`: those of these households that are new. A number that is
    open elsewhere is disputed until somebody says where it belongs.
    """
    session.flush()
    pairs = [(household, hashed) for household, hashes in people.items() for hashed in hashes]
    named: dict[str, Any] = {
        "of": [household for household, _ in pairs],
        "hashes": [hashed for _, hashed in pairs],
        "on": on,
    }
    changed = [household for household in people if household not in fresh]
    left: set[str] = set()
    if changed:
        left |= set(session.scalars(LEAVE, named | {"households": changed}))
    if pairs:
        left |= set(session.scalars(YIELD, named))
        session.execute(COME, named | {"all_disputed": False})
    if left:
        session.execute(SETTLE_SOME, {"hashes": list(left)})


def enter_those_before(session: Session) -> None:
    """At the first start with this table: everybody who is in the register. Of a number that stands
    in two households the better entry holds it, the others are disputed: on the register before
    不在册, a head before a member, the first before a later one.
    """
    hold(session, PERSONS)
    if session.exec(select(Person.id).limit(1)).first() is not None:
        return
    there = select(Household.id, Household.members).where(col(Household.merged_on).is_(None))
    rows = iter(session.execute(there.order_by(Household.id).execution_options(yield_per=PAGE)))
    while page := list(islice(rows, PAGE)):
        _enter_disputed(session, page)
    session.execute(SETTLE_ALL)


def _enter_disputed(session: Session, page: Iterable[Any]) -> None:
    pairs = [
        (household, hashed)
        for household, members in page
        for hashed in queries.hashes_of(session, members)
    ]
    if pairs:
        of, hashes = map(list, zip(*pairs, strict=True))
        named = {"of": of, "hashes": hashes, "on": None, "all_disputed": True}
        session.execute(COME, named)
