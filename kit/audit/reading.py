"""What is asked of the audit: by object, account and period; and what belongs to an object."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    MetaData,
    Select,
    Text,
    and_,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from kit.audit.entry import Kind
from kit.clock import ZONE

STORED = ("id", "at", "kind", "deed", "account", "role", "place", "count", "request")
AUDIT = sql_table(
    "audit",
    *(sql_column(name) for name in (*STORED, "number", "hash", "on_behalf", "purpose")),
    sql_column("objects", ARRAY(Text)),
)
PEOPLE = sql_table("known_account", sql_column("account"), sql_column("name"))  # kit.access
LISTS = (Kind.READ, Kind.EXPORT)
# Columns that say how far something is, and nothing of a household: its causes and needs are codes too.
STEPS = {"state", "from_state", "to_state", "stage", "decision", "deed", "result", "late", "number"}


def rows(
    objects: Collection[str] | None = None,
    *,
    person: str | None = None,
    kind: Kind | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Select:
    """The rows that name one of `objects`, of one `person` (account or name), from the one day to the other (in
    China), in no order.
    """
    statement = select(AUDIT)
    if objects is not None:
        statement = statement.where(AUDIT.c.objects.overlap(cast(list(objects), ARRAY(Text))))
    if person:
        named = select(PEOPLE.c.account).where(PEOPLE.c.name == person)
        statement = statement.where(or_(AUDIT.c.account == person, AUDIT.c.account.in_(named)))
    if kind:
        statement = statement.where(AUDIT.c.kind == kind.value)
    if since:
        statement = statement.where(AUDIT.c.at >= _midnight(since))
    if until:
        statement = statement.where(AUDIT.c.at < _midnight(until + timedelta(days=1)))
    return statement


def unnamed_lists() -> Select:
    """Looks at lists and exports that name no row, too long for it or without rows of their own: by
    account, role, deed and kind how many `times`, `first` and `last`.
    """
    by = (AUDIT.c.account, AUDIT.c.role, AUDIT.c.deed, AUDIT.c.kind)
    seen = (func.count().label("times"), func.min(AUDIT.c.at).label("first"))
    return (
        select(*by, *seen, func.max(AUDIT.c.at).label("last"))
        .where(AUDIT.c.kind.in_([kind.value for kind in LISTS]))
        .where(AUDIT.c.objects == cast([], ARRAY(Text)))
        .group_by(*by)
        .order_by(*by)
    )


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
    return sorted(_name(table, key) for table, keys in found.items() for key in keys)


def named(known: Collection[str], ids: Collection[str]) -> set[str]:
    """All names that these ids may have, also of what is not there any more."""
    return {f"{name}:{id}" for name in known for id in ids}


def people(session: Session, accounts: Iterable[str]) -> dict[str, str]:
    """Account → the name that it has now, where access has said it."""
    asked = select(PEOPLE.c.account, PEOPLE.c.name).where(PEOPLE.c.account.in_(set(accounts)))
    return {row.account: row.name for row in session.execute(asked)}


def states(session: Session, tables: MetaData, names: Iterable[str]) -> list[dict[str, Any]]:
    """Days and states of these rows, by column, with their `name`: nothing that anybody wrote."""
    told = []
    for name, table, key in _rows_of(tables, names):
        columns = [one for one in table.columns if one.name in STEPS or _is_day(one)]
        if columns and (row := session.execute(select(*columns).where(key)).one_or_none()):
            told.append({"name": name} | dict(row._mapping))
    return told


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
    found: dict[str, str] = {}
    for kind, keys in by_table.items():
        table = tables.tables.get(kind)
        if table is None or "number" not in table.c or len(table.primary_key.columns) != 1:
            continue
        [id_] = table.primary_key.columns
        numbered = select(id_, table.c.number).where(cast(id_, Text).in_(keys))
        found |= {f"{kind}:{id}": str(one) for id, one in session.execute(numbered) if one}
    return found


def _rows_of(
    tables: MetaData, names: Iterable[str]
) -> Iterator[tuple[str, SqlTable, ColumnElement[bool]]]:
    for name in names:
        kind, _, key = name.partition(":")
        table = tables.tables.get(kind)
        if table is not None:
            parts = zip(table.primary_key.columns, key.split("/"), strict=False)
            yield name, table, and_(*(cast(column, Text) == part for column, part in parts))


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


def _is_day(column: Column[Any]) -> bool:
    """A day of the procedure: `decided_on`, `verify_due`; since when the risk is, is none."""
    return isinstance(column.type, Date) and column.name.endswith(("on", "due"))


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
