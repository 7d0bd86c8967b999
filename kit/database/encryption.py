"""Columns that lie encrypted: AES-256-GCM, the key's name in the value, the column as associated
data, so that a value opens in no other column.

    phone: str | None = encrypted(default=None)

What was written before a column was encrypted is read as it stands, until `reencryption` has come
by. Nobody can search such a column: where a person is looked for by number, a hash of it stands
beside (`id_hash`).
"""

import os
import re
from binascii import a2b_base64, b2a_base64
from operator import eq, ne
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json, to_json
from sqlalchemy import Column, ColumnClause, Dialect, LargeBinary, String, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from kit.database.field_keys import FieldDamaged, FieldKeyMissing, FieldKeys

VALUE = re.compile(r"enc\.([0-9a-f]{8})\.")
BYTES = re.compile(rb"enc\.([0-9a-f]{8})\.")
HEAD = 13  # characters (bytes) before the ciphertext
NONCE = 12  # bytes


class Searched(TypeError):
    """A value that is encrypted anew each time equals nothing."""


class _NotSearched(TypeDecorator.Comparator):
    """IS NULL and IS NOT NULL; no value, no order."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        columns = op in (eq, ne) and isinstance(
            other[0], ColumnClause
        )  # SQLAlchemy finds its own so
        if not columns and (not other or other[0] is not None):
            raise Searched(f"{self.expr} is encrypted: it is not compared, found or sorted by")
        return super().operate(op, *other, **kwargs)

    reverse_operate = operate


class Encrypted(TypeDecorator):
    """A text. `place`: table.column, known once the column has a table."""

    impl: Any = String
    cache_ok = True
    comparator_factory: Any = _NotSearched

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self.place = place
        event.listen(self, "after_parent_attach", _attached)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self._locked(value.encode(), keys_of(dialect))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or (kid := kid_of(value)) is None:
            return value
        return self._opened(kid, value, dialect).decode()

    def renewed(self, raw: Any, keys: FieldKeys) -> Any:
        """What stands in the database, under the current key."""
        kid = kid_of(raw)
        return self._locked(self._clear(raw) if kid is None else self._open(kid, raw, keys), keys)

    def _clear(self, raw: Any) -> bytes:
        return raw.encode()

    def _locked(self, clear: bytes, keys: FieldKeys) -> Any:
        kid, nonce, sealed = self._lock(clear, keys)
        return f"enc.{kid}.{b2a_base64(nonce + sealed, newline=False).decode()}"

    def _lock(self, clear: bytes, keys: FieldKeys) -> tuple[str, bytes, bytes]:
        held, nonce = keys.set, os.urandom(NONCE)
        cipher: AESGCM = held.ciphers[held.current]
        return held.current, nonce, cipher.encrypt(nonce, clear, self.place.encode())

    def _opened(self, kid: str, value: Any, dialect: Dialect) -> bytes:
        return self._open(kid, value, keys_of(dialect))

    def _open(self, kid: str, value: Any, keys: FieldKeys) -> bytes:
        whole = self._ciphertext(value)
        cipher = keys.cipher(kid, self.place)
        try:
            return cipher.decrypt(whole[:NONCE], whole[NONCE:], self.place.encode())
        except (InvalidTag, ValueError) as error:
            raise FieldDamaged(
                f"{self.place}里有一个值打不开：它被改动过，或者是从别的列搬来的。请从备份恢复这一条。"
            ) from error

    def _ciphertext(self, value: Any) -> bytes:
        return a2b_base64(value[HEAD:])


class EncryptedJson(Encrypted):
    """A JSON value; encrypted, a JSON string stands in the column."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self._locked(to_json(value), keys_of(dialect))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if not isinstance(value, str) or (kid := kid_of(value)) is None:
            return value
        return from_json(self._opened(kid, value, dialect))

    def _clear(self, raw: Any) -> bytes:
        return to_json(raw)


class EncryptedBytes(Encrypted):
    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self._locked(value, keys_of(dialect))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or (kid := kid_of(value)) is None:
            return value
        return self._opened(kid, value, dialect)

    def _clear(self, raw: Any) -> bytes:
        return bytes(raw)

    def _locked(self, clear: bytes, keys: FieldKeys) -> Any:
        kid, nonce, sealed = self._lock(clear, keys)
        return f"enc.{kid}.".encode() + nonce + sealed

    def _ciphertext(self, value: Any) -> bytes:
        return bytes(value[HEAD:])


def encrypted(**options: Any) -> Any:
    return Field(sa_type=Encrypted, **options)


def encrypted_items(**options: Any) -> Any:
    """A JSON list, empty by default."""
    return Field(default_factory=list, sa_type=EncryptedJson, **options)


def keys_of(dialect: Dialect) -> FieldKeys:
    """Those of the engine (`make_engine`): a type knows no session."""
    keys: FieldKeys | None = getattr(dialect, "field_keys", None)
    if keys is None:
        raise FieldKeyMissing("没有字段密钥，读写不了加密的列。请指定密钥文件后再启动。")
    return keys


def kid_of(raw: Any) -> str | None:
    """The name of the key that a stored value was encrypted with; None: it stands in clear."""
    if isinstance(raw, str):
        found = VALUE.match(raw)
        return found and found[1]
    if isinstance(raw, bytes | memoryview):
        begun = BYTES.match(bytes(raw[:HEAD]))
        return begun and begun[1].decode()
    return None


def _attached(kind: Encrypted, parent: Any) -> None:
    if isinstance(parent, Column):
        event.listen(parent, "after_parent_attach", _in_table)


def _in_table(column: Column, table: Any) -> None:
    if isinstance(table, Table) and isinstance(column.type, Encrypted):
        column.type.place = f"{table.name}.{column.name}"
