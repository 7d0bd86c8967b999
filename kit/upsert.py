"""Rows as a set: insert what is new, overwrite what is there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel


def upsert(
    session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]], *key: str, keeping: Sequence[str] = ()
) -> None:
    """Write `rows` (all with the same columns, no two with the same `key`) as one prepared statement.

    Of a row that is there, every given column changes but the key and those of `keeping`."""
    if not rows:
        return
    session.flush()
    fresh = insert(table)
    others = {name: fresh.excluded[name] for name in rows[0] if name not in (*key, *keeping)}
    session.execute(fresh.on_conflict_do_update(index_elements=list(key), set_=others), list(rows))
