"""A row that somebody named, and what a row is called."""

from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState
from sqlmodel import Session, SQLModel

from kit.errors import NotFound

T = TypeVar("T", bound=SQLModel)


def existing(session: Session, table: type[T], key: Any, otherwise: str) -> T:
    """The row with this primary key; `NotFound` with the sentence `otherwise` where there is none."""
    row = session.get(table, key)
    if row is None:
        raise NotFound(otherwise)
    return row


def named(row: Any) -> str | None:
    """Table and primary key of a row, as `dispatch_order:0199…`; None of what is no row, or has no
    key yet.
    """
    state = inspect(row, raiseerr=False)
    if not isinstance(state, InstanceState):
        return None
    key = state.identity or state.mapper.primary_key_from_instance(row)
    if None in key:
        return None
    table: Any = state.mapper.local_table
    return f"{table.name}:{'/'.join(str(getattr(part, 'value', part)) for part in key)}"
