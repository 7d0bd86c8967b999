"""Column helpers that services' tables share."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Dialect,
    Identity,
    String,
    Text,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, col

from schemas.codes import Coded


class Code(TypeDecorator):
    """A code list's member, kept as its text: a new member needs no migration."""

    impl = String
    cache_ok = True

    def __init__(self, codes: type[Coded]) -> None:
        super().__init__()
        self.codes: Any = codes

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(self.codes(value).value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Coded | None:
        return None if value is None else self.codes(value)


def coded(codes: type[Coded], **more: Any) -> Any:
    return Field(sa_type=Code(codes), **more)


def items(**more: Any) -> Any:
    """A JSON list, empty by default."""
    return Field(default_factory=list, sa_type=JSONB, **more)


def texts(**more: Any) -> Any:
    """A column of texts (`text[]`), empty by default."""
    return Field(default_factory=list, sa_type=ARRAY(Text), **more)


def instant(**more: Any) -> Any:
    """An aware moment, stored as `timestamptz`."""
    return Field(sa_type=TIMESTAMP(timezone=True), **more)


class Modelled(TypeDecorator):
    """A pydantic model, kept as JSON: what was set, as its JSON mode writes it."""

    impl = JSONB
    cache_ok = True

    def __init__(self, model: type[BaseModel]) -> None:
        super().__init__()
        self.model = model

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else value.model_dump(mode="json", exclude_unset=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseModel | None:
        return None if value is None else self.model.model_validate(value)


def modelled(model: type[BaseModel], **more: Any) -> Any:
    return Field(sa_type=Modelled(model), **more)


def among(column: Any, values: Iterable[str]) -> Any:
    """`column IN values` as one array: however many they are, one short statement. Written as
    PostgreSQL writes an array: the driver would look at each value anew.
    """
    quoted = ",".join(f'"{_escaped(value)}"' for value in values)
    return col(column).in_(select(func.unnest(cast(literal(f"{{{quoted}}}"), ARRAY(Text)))))


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"")


def serial() -> Any:
    """A number that PostgreSQL gives: the order in which rows were written."""
    return Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )


def written() -> datetime:
    """When a row was written: technical, no rule reads it."""
    return datetime.now(UTC)
