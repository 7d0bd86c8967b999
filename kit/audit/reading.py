"""What is asked of the audit: by object, account and period; and what belongs to an object."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, MetaData, Select, Text, cast, or_, select
from sqlalchemy import Table as SqlTable
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlmodel import Session

from kit.audit.entry import Kind
from kit.clock import ZONE

STORED = ("id", "at", "kind", "deed", "account", "role", "place", "count", "request")
AUDIT = sql_table(
    "audit",
    *(sql_column(name) for name in (*STORED, "number", "hash", "on_behalf")),
    sql_column("objects", ARRAY(Text)),
)
LISTS = (Kind.READ, Kind.EXPORT)


def rows(
    objects: Collection[str] | None = None,
    *,
    account: str | None = None,
    kind: Kind | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Select:
    """The rows that name one of `objects`, of one account, from the one day to the other (in
    China), in no order.
    """
    statement = select(AUDIT)
    if objects is not None:
        statement = statement.where(AUDIT.c.objects.overlap(cast(list(objects), ARRAY(Text))))
    if account:
        statement = statement.where(AUDIT.c.account == account)
    if kind:
        statement = statement.where(AUDIT.c.kind == kind.value)
    if since:
        statement = statement.where(AUDIT.c.at >= _midnight(since))
    if until:
        statement = statement.where(AUDIT.c.at < _midnight(until + timedelta(days=1)))
    return statement


def whole_lists() -> Select:
    """The looks and exports that name no row: too long a list, or one without rows of its own."""
    kinds = [kind.value for kind in LISTS]
    nothing = cast([], ARRAY(Text))
    return select(AUDIT).where(AUDIT.c.kind.in_(kinds), AUDIT.c.objects == nothing)


def concerning(
    session: Session, tables: MetaData, known: Collection[str], ids: Collection[str]
) -> list[str]:
    """The names (`table:key`) of all rows that stand under one of the `ids` or belong to such a row:
    the tables that are `known` by these ids, every row with a column of that name, and what refers
    to one of those, and so on.
    """
    found: dict[str, set[tuple]] = {}
    grown = bool(ids)
    while grown:
        grown = False
        for table in tables.tables.values():
            keys = _keys(session, table, known, ids, found) - found.get(table.name, set())
            if keys:
                found.setdefault(table.name, set()).update(keys)
                grown = True
    outside = {f"{name}:{id}" for name in known for id in ids}  # what is not there (any more)
    return sorted(outside | {_name(table, key) for table, keys in found.items() for key in keys})


def ids_of(session: Session, tables: MetaData, known: Collection[str], words: str) -> set[str]:
    """The ids of what people call by this number, and the words themselves, which may be one; of
    `table:key` the key.
    """
    ids = {words.partition(":")[2] or words}
    for name in known:
        table = tables.tables.get(name)
        if table is not None and "number" in table.c and len(table.primary_key.columns) == 1:
            [key] = table.primary_key.columns
            numbered = select(key).where(cast(table.c.number, Text) == words)
            ids |= {str(row[0]) for row in session.execute(numbered)}
    return ids


def numbers(session: Session, tables: MetaData, names: Iterable[str]) -> dict[str, str]:
    """Name → the number that people know it by, where its table has one."""
    by_table: dict[str, list[str]] = {}
    for name in names:
        kind, _, key = name.partition(":")
        by_table.setdefault(kind, []).append(key)
    found = {}
    for kind, keys in by_table.items():
        table = tables.tables.get(kind)
        if table is None or "number" not in table.c or len(table.primary_key.columns) != 1:
            continue
        [key] = table.primary_key.columns
        numbered = select(key, table.c.number).where(cast(key, Text).in_(keys))
        found |= {f"{kind}:{id}": str(one) for id, one in session.execute(numbered) if one}
    return found


def _keys(
    session: Session,
    table: SqlTable,
    known: Collection[str],
    ids: Collection[str],
    found: Mapping[str, set[tuple]],
) -> set[tuple]:
    clauses = list(_belonging(table, known, ids, found))
    if not clauses:
        return set()
    selected = select(*table.primary_key.columns).where(or_(*clauses))
    return {tuple(map(_written, row)) for row in session.execute(selected)}


def _belonging(
    table: SqlTable, known: Collection[str], ids: Collection[str], found: Mapping[str, set[tuple]]
) -> Iterator[ColumnElement[bool]]:
    key = list(table.primary_key.columns)
    if table.name in known and len(key) == 1:
        yield _in(key[0], ids)
    for column in table.columns:
        if column.name in known and not column.foreign_keys:
            yield _in(column, ids)
        for other in column.foreign_keys:
            above = found.get(other.column.table.name, set())
            if above and other.column.primary_key and len(next(iter(above))) == 1:
                yield _in(column, [key for (key,) in above])


def _in(column: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """By its text where it is none, so that an id of letters is no error for a number."""
    text = column.type.python_type is str
    return (column if text else cast(column, Text)).in_(list(values))


def _name(table: str, key: tuple) -> str:
    return f"{table}:{'/'.join(key)}"


def _written(part: Any) -> str:
    return str(getattr(part, "value", part))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
