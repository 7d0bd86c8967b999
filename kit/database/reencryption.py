"""Brings every encrypted column under the current key, also what stands in clear from before, in
small transactions while the service works; whoever comes again goes on where the last one stopped.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    MetaData,
    Row,
    Table,
    Update,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import LargeBinary, String

from kit.database.chassis_tables import CHASSIS
from kit.database.encryption import (
    HEAD,
    VALUE,
    Encrypted,
    EncryptedBytes,
    EncryptedJson,
    keys_of,
    kid_of,
)
from kit.database.field_keys import FieldDamaged, FieldKeyMissing, FieldKeys

log = logging.getLogger(__name__)
BATCH = 500  # rows of a transaction
EVERY = 5.0  # seconds between two looks whether the key has changed
CLEAR = ""  # in place of a kid
PROOF = Encrypted("field_key.proof")
PROOFS = text("SELECT kid, proof FROM field_key").columns(proof=String)
PROVE = text("INSERT INTO field_key (kid, proof) VALUES (:kid, :proof) ON CONFLICT DO NOTHING")
FORGET = text("DELETE FROM field_key WHERE kid = :kid")


def tables(metadata: MetaData) -> Iterator[Table]:
    """Those with an encrypted column: the chassis' and the service's."""
    for table in (*CHASSIS.sorted_tables, *metadata.sorted_tables):
        if columns(table):
            yield table


def columns(table: Table) -> list[Any]:
    return [column for column in table.columns if isinstance(column.type, Encrypted)]


def prove(engine: Engine) -> None:
    """Whether the keys open what this database holds; the current one is written down.
    `FieldKeyMissing` names the key that is not there, or is another one.
    """
    keys = keys_of(engine.dialect)
    with engine.begin() as connection:
        for kid, proof in connection.execute(PROOFS):
            keys.cipher(kid, "这个数据库")
            PROOF.process_result_value(proof, engine.dialect)
        proof = PROOF.process_bind_param("", engine.dialect)
        connection.execute(PROVE, {"kid": kid_of(proof), "proof": proof})


def forget(engine: Engine, kid: str) -> None:
    """The database needs this key no more: `counts` says that nothing lies under it."""
    with engine.begin() as connection:
        connection.execute(FORGET, {"kid": kid})


def counts(engine: Engine, metadata: MetaData) -> Counter[str]:
    """Values by the key that they lie under; `CLEAR`: under none."""
    found: Counter[str] = Counter()
    with engine.connect() as connection:
        for table in tables(metadata):
            for column in columns(table):
                head = _head(column)
                kid = func.substring(head, VALUE.pattern)
                statement = select(func.coalesce(kid, CLEAR), func.count()).where(head.is_not(None))
                for name, count in connection.execute(statement.group_by(literal_column("1"))):
                    found[name] += count
    return found


def reencrypt(
    engine: Engine, metadata: MetaData, told: Callable[[str, int], None] | None = None
) -> int:
    """Every value under the current key; `told` hears a table's name and how many of its rows were
    renewed, batch by batch. Rows that somebody holds are left for the next time. Returns how many
    rows.
    """
    prove(engine)
    total = 0
    for table in tables(metadata):
        after: Sequence[Any] | None = None
        while True:
            after, count = _batch(engine, table, after)
            total += count
            if told and count:
                told(table.name, count)
            if after is None:
                break
    return total


async def reencryption(engine: Engine, metadata: MetaData) -> None:
    """Run until cancelled: at the start, and when another key has become the current one. It is done
    when nothing was left some seconds later: a replica may have written under the old key meanwhile.
    """
    seen = done = None
    while True:
        try:
            current = keys_of(engine.dialect).set.current
            if current != done:
                count = await asyncio.to_thread(reencrypt, engine, metadata)
                if count:
                    log.info("%d rows were brought under field key %s", count, current)
                seen, done = current, current if current == seen and not count else None
        except FieldKeyMissing as error:
            log.error("%s", error)
        except Exception as error:
            log.warning("columns are not encrypted anew: %r", error)
        await asyncio.sleep(EVERY)


def _batch(
    engine: Engine, table: Table, after: Sequence[Any] | None
) -> tuple[Sequence[Any] | None, int]:
    """One transaction: the key of the last row it looked at (None: there are no more), and how many
    were renewed. It waits for nobody's row, so nobody waits in a circle.
    """
    keys, key, wanted = keys_of(engine.dialect), list(table.primary_key), columns(table)
    old = or_(*(_is_old(column, keys.set.current) for column in wanted))
    named = (column.label(f"key_{column.name}") for column in key)
    statement = select(*named, *(_raw(column) for column in wanted)).where(old).order_by(*key)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*map(_bound, key, after)))
    with engine.begin() as connection:
        rows = connection.execute(statement.limit(BATCH).with_for_update(skip_locked=True)).all()
        if not rows:
            return None, 0
        connection.execute(_renewal(table), [_renewed(row, wanted, keys) for row in rows])
    if len(rows) < BATCH:
        return None, len(rows)
    return [rows[-1]._mapping[f"key_{column.name}"] for column in key], len(rows)


def _renewal(table: Table) -> Update:
    key = (
        column == bindparam(f"key_{column.name}", type_=column.type) for column in table.primary_key
    )
    new = {
        column.name: type_coerce(bindparam(f"raw_{column.name}"), _bare(column))
        for column in columns(table)
    }
    return update(table).where(and_(*key)).values(new)


def _renewed(row: Row, wanted: Sequence[Any], keys: FieldKeys) -> dict[str, Any]:
    """The row's key as it is and its values under the current one."""
    values = dict(row._mapping)
    for column in wanted:
        name = f"raw_{column.name}"
        if values[name] is not None:
            values[name] = _one(column, values[name], keys)
    return values


def _one(column: Any, raw: Any, keys: FieldKeys) -> Any:
    try:
        return column.type.renewed(raw, keys)
    except FieldDamaged as error:  # one bad value holds up nobody, and stays what it is
        log.error("%s", error)
        return raw


def _bare(column: Any) -> Any:
    if isinstance(column.type, EncryptedBytes):
        return LargeBinary()
    return JSONB() if isinstance(column.type, EncryptedJson) else String()


def _raw(column: Any) -> ColumnElement[Any]:
    return type_coerce(column, _bare(column)).label(f"raw_{column.name}")


def _bound(column: Any, value: Any) -> ColumnElement[Any]:
    return literal(value, column.type)


def _head(column: Any) -> ColumnElement[Any]:
    """The first characters of what stands in the column, in which the key is named."""
    raw = type_coerce(column, _bare(column))
    if isinstance(column.type, EncryptedBytes):
        return func.encode(func.substring(raw, 1, HEAD), "escape")
    return func.left(
        raw.op("#>>")(literal_column("'{}'")) if isinstance(column.type, EncryptedJson) else raw,
        HEAD,
    )


def _is_old(column: Any, current: str) -> ColumnElement[bool]:
    return and_(_head(column).is_not(None), _head(column) != f"enc.{current}.")
