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
        return None if value is None else _text(self.codes, value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Coded | None:
        return None if value is None else self.codes(value)


def coded(codes: type[Coded], **options: Any) -> Any:
    return Field(sa_type=Code(codes), **options)


def _text(codes: type[Coded], value: Any) -> str:
    """Of a member, or of its text; a member is not looked up: whole batches pass here."""
    return value._value_ if type(value) is codes else codes(value)._value_


class Codes(TypeDecorator):
    """Members of a code list, kept as their texts (`text[]`)."""

    impl = ARRAY
    cache_ok = True

    def __init__(self, codes: type[Coded]) -> None:
        super().__init__(Text)
        self.codes: Any = codes

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[str] | None:
        return None if value is None else [_text(self.codes, code) for code in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Coded] | None:
        return None if value is None else [self.codes(code) for code in value]


def several(codes: type[Coded], **options: Any) -> Any:
    """Members of a code list, none by default."""
    return Field(default_factory=list, sa_type=Codes(codes), **options)


class CodesInJson(Codes):
    """The same in a JSON list."""

    impl = JSONB  # type: ignore[assignment]
    cache_ok = True

    def __init__(self, codes: type[Coded]) -> None:
        TypeDecorator.__init__(self)
        self.codes = codes


def coded_items(codes: type[Coded], **options: Any) -> Any:
    """Members of a code list in a JSON list, none by default."""
    return Field(default_factory=list, sa_type=CodesInJson(codes), **options)


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


def modelled(model: type[BaseModel], **options: Any) -> Any:
    return Field(sa_type=Modelled(model), **options)


def items(**options: Any) -> Any:
    """A JSON list, empty by default."""
    return Field(default_factory=list, sa_type=JSONB, **options)


def texts(**options: Any) -> Any:
    """A column of texts (`text[]`), empty by default."""
    return Field(default_factory=list, sa_type=ARRAY(Text), **options)


HASHED = "hashed"


def hashed(**options: Any) -> Any:
    """A keyed hash of an ID number (`kit.seal.id_hash`), or a text that begins with one: what another
    hash key writes anew (`kit.database.rehashing`).
    """
    return Field(sa_column_kwargs={"info": {HASHED: True}}, **options)


def hashed_texts() -> Any:
    """Several of them (`text[]`), none by default."""
    return texts(sa_column_kwargs={"info": {HASHED: True}})


def instant(**options: Any) -> Any:
    """An aware moment, stored as `timestamptz`."""
    return Field(sa_type=TIMESTAMP(timezone=True), **options)


def among(column: Any, values: Iterable[str]) -> Any:
    """`column IN values` as one array: however many they are, one short statement. Written as
    PostgreSQL writes an array: the driver would look at each value anew.
    """
    texts = list(values)
    whole = "\0".join(texts)  # no text in PostgreSQL holds it
    whole = whole.replace("\\", r"\\").replace('"', r"\"").replace("\0", '","')
    written = f'{{"{whole}"}}' if texts else "{}"
    return col(column).in_(select(func.unnest(cast(literal(written), ARRAY(Text)))))


def serial() -> Any:
    """A number that PostgreSQL gives: the order in which rows were written."""
    return Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )


def written() -> datetime:
    """When a row was written: technical, no rule reads it."""
    return datetime.now(UTC)
