"""Rows as a set: insert what is new, overwrite what is there."""

from collections.abc import Sequence
from typing import Any, cast

from psycopg.errors import UniqueViolation
from sqlalchemy import JSON, Dialect, Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

MANY = 50  # from here on COPY pays


def upsert(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[dict[str, Any]],
    *key: str,
    keeping: Sequence[str] = (),
) -> None:
    """Write `rows` (all with the same columns, no two with the same `key`).

    Of a row that is there, every given column changes but the key and those of `keeping`."""
    if not rows:
        return
    session.flush()
    if len(rows) >= MANY and _copied(session, table, rows):
        return
    fresh = insert(table)
    changes = {name: fresh.excluded[name] for name in rows[0] if name not in (*key, *keeping)}
    session.execute(fresh.on_conflict_do_update(index_elements=list(key), set_=changes), list(rows))


def _binder(kind: Any, dialect: Dialect) -> Any:
    """What makes a value ready for the driver; None where the driver knows how."""
    return (
        kind.dialect_impl(dialect).bind_processor(dialect)
        if isinstance(kind, (JSON, TypeDecorator))
        else None
    )


def _copied(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> bool:
    """Whether all were new. COPY is several times faster than INSERT, and knows no conflict: then
    nothing is written.
    """
    columns = cast(Table, table.__table__).columns  # type: ignore[attr-defined]
    names = list(rows[0])
    if any(column.default is not None and column.name not in names for column in columns):
        return False  # a default that only SQLAlchemy's INSERT fills in
    connection = session.connection()
    binders = [_binder(columns[name].type, connection.dialect) for name in names]
    driver = cast(Any, connection.connection.driver_connection)
    quoted = ", ".join(f'"{columns[name].name}"' for name in names)
    into = f'COPY "{columns[names[0]].table.name}" ({quoted}) FROM STDIN'
    try:
        with driver.transaction(), driver.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(
                    [
                        bind(row[name]) if bind else row[name]
                        for name, bind in zip(names, binders, strict=True)
                    ]
                )
    except UniqueViolation:
        return False
    return True
