"""A row that somebody named."""

from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from kit.errors import NotFound

T = TypeVar("T", bound=SQLModel)


def existing(session: Session, table: type[T], key: Any, otherwise: str) -> T:
    """The row with this primary key; `NotFound` with the sentence `otherwise` where there is none."""
    row = session.get(table, key)
    if row is None:
        raise NotFound(otherwise)
    return row
