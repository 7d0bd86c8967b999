"""Writes every keyed hash of an ID number (`hashed`, kit.database.columns) anew under another key.

A hash cannot be turned back, and its number may stand in another table, or in another service's
database. So all numbers that lie encrypted are read first, and each gives a pair: its hash under
the old key, and under the new one. Then the hashes are exchanged by these pairs, batch by batch.
Whoever comes again changes what is still the old one, so a command that was cut off goes on.
"""

import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from time import monotonic, sleep
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    and_,
    bindparam,
    select,
    text,
    tuple_,
    update,
)

from kit.database.columns import HASHED
from kit.database.encryption import EncryptedJson
from kit.database.reencryption import columns, tables

BATCH = 2_000  # rows of a transaction
IS_HASH = re.compile(r"[0-9a-f]{64}")
NUMBERS = ("id_number", "person_id_number")  # what columns and parts of JSON call a number
WAITING = text("""SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
    + (SELECT count(*) FROM dead_letter)""")
OTHERS = text("""SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()""")
PATIENCE = 3.0  # seconds until a connection that was closed is gone

Pairs = dict[str, str]


def hashed_columns(table: Table) -> list[Any]:
    return [column for column in table.columns if column.info.get(HASHED)]


def waiting(engine: Engine) -> int:
    """Messages with old hashes that would still be said or heard: unsent, or dead letters."""
    with engine.connect() as connection:
        return int(connection.execute(WAITING).scalar_one())


def others(engine: Engine) -> int:
    """Connections to this database that are not ours: the service is still at work."""
    engine.dispose()  # those of ours that are idle
    until = monotonic() + PATIENCE
    while True:
        with engine.connect() as connection:
            count = int(connection.execute(OTHERS).scalar_one())
        if not count or monotonic() > until:
            return count
        sleep(0.1)


def pairs(engine: Engine, metadata: MetaData, old: bytes, new: bytes) -> Pairs:
    """Of every ID number of this database: its hash under the old key → under the new one."""
    found: Pairs = {}
    with engine.connect() as connection:
        for table in tables(metadata):
            if wanted := [column for column in columns(table) if _may_hold_numbers(column)]:
                query = select(*wanted).execution_options(yield_per=BATCH)
                for row in connection.execute(query):
                    for number in _numbers(dict(row._mapping)):
                        found[_hash(old, number)] = _hash(new, number)
    return found


def rehash(
    engine: Engine,
    metadata: MetaData,
    known: Mapping[str, str],
    told: Callable[[str, int], None] | None = None,
) -> Counter[str]:
    """Exchange the hashes by the pairs; `told` hears a table's name and how many of its rows were
    written. Returns, by table and column, how many hashes no pair knows: their number is kept
    nowhere any more, and they match nobody from now on.
    """
    unknown: Counter[str] = Counter()
    fresh = set(known.values())
    for table in metadata.sorted_tables:
        after: tuple[Any, ...] | None = None
        while hashed_columns(table):
            with engine.begin() as connection:
                rows = _rows(connection, table, after)
                changed = [_changed(table, row, known, fresh, unknown) for row in rows]
                if written := [one for one in changed if one]:
                    connection.execute(_renewal(table), written)
            if told and written:
                told(table.name, len(written))
            if len(rows) < BATCH:
                break
            after = tuple(rows[-1][f"key_{column.name}"] for column in table.primary_key)
    return unknown


def _rows(connection: Connection, table: Table, after: tuple[Any, ...] | None) -> list[Any]:
    key = list(table.primary_key)
    named = (column.label(f"key_{column.name}") for column in key)
    values = (column.label(f"new_{column.name}") for column in hashed_columns(table))
    query = select(*named, *values).order_by(*key).limit(BATCH)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return list(connection.execute(query).mappings())


def _changed(
    table: Table, row: Any, known: Mapping[str, str], fresh: set[str], unknown: Counter[str]
) -> dict[str, Any] | None:
    """The row's key and its hashes as they become; None where all stay."""
    values, stays = dict(row), True
    for column in hashed_columns(table):
        name, before = f"new_{column.name}", row[f"new_{column.name}"]
        each = before if isinstance(before, list) else [before]
        after = [_exchanged(value, known) for value in each]
        values[name] = after if isinstance(before, list) else after[0]
        stays = stays and values[name] == before
        if left := [one for one in map(_hash_in, after) if one and one not in fresh]:
            unknown[f"{table.name}.{column.name}"] += len(left)
    return None if stays else values


def _hash_in(value: str | None) -> str:
    """The hash, or that with which a key begins; "" where there is none."""
    found = IS_HASH.match(value or "")
    return found[0] if found else ""


def _exchanged(value: str | None, known: Mapping[str, str]) -> str | None:
    before = _hash_in(value)
    return value.replace(before, known[before]) if value and before in known else value


def _renewal(table: Table) -> Any:
    key = (
        column == bindparam(f"key_{column.name}", type_=column.type) for column in table.primary_key
    )
    return (
        update(table)
        .where(and_(*key))
        .values({column.name: bindparam(f"new_{column.name}") for column in hashed_columns(table)})
    )


def _may_hold_numbers(column: Any) -> bool:
    return column.name in NUMBERS or isinstance(column.type, EncryptedJson)


def _numbers(value: Any) -> Iterator[str]:
    """Every ID number in what a row's encrypted columns hold."""
    if isinstance(value, dict):
        for name, inside in value.items():
            if name in NUMBERS and isinstance(inside, str):
                yield inside
            else:
                yield from _numbers(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _numbers(inside)


def _hash(key: bytes, number: str) -> str:
    return hmac.digest(key, number.encode(), "sha256").hex()
