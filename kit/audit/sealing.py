"""The chain: committed rows get numbers and hashes, each hash holding the one before it."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Row, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.database.locks import hold

log = logging.getLogger(__name__)
BATCH = 1_000
EVERY = 2.0  # seconds
COLUMNS = "CAST(id AS text), at, kind, deed, account, role, place, objects, count, request"
HEAD = text("SELECT number, hash FROM audit WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1")
UNSEALED = text(f"SELECT {COLUMNS} FROM audit WHERE number IS NULL ORDER BY id LIMIT {BATCH}")
SEALED = text(f"SELECT {COLUMNS}, number, hash FROM audit WHERE number IS NOT NULL ORDER BY number")
COUNT = text("SELECT count(*) FROM audit WHERE number IS NULL")
SEAL = text("""UPDATE audit SET number = sealed.number, hash = sealed.hash
    FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS bigint[]), CAST(:hashes AS bytea[]))
        AS sealed (id, number, hash)
    WHERE audit.id = sealed.id""")


class Fault(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold: a row changed or put in, or one that is not there."""

    number: int
    fault: Fault


@dataclass(frozen=True)
class Chain:
    """`sealed` rows hold up to `head`, the last one's hash; `unsealed` wait for the sealer. Rows
    cut off the end are told only by a head written down elsewhere.
    """

    sealed: int
    head: bytes
    unsealed: int
    broken: Broken | None = None


async def sealer(sessions: sessionmaker[Session]) -> None:
    """Run until cancelled; a database that is away is asked again."""
    while True:
        try:
            await asyncio.to_thread(seal, sessions)
        except Exception as error:
            log.warning("the audit is not sealed: %r", error)
        await asyncio.sleep(EVERY)


def seal(sessions: sessionmaker[Session]) -> int:
    """Seal what has committed, a batch a transaction. Returns how many rows.

    Only rows that are committed are seen, so their numbers follow the order in which they were
    found: one that commits late gets a later number, and no number is ever filled in.
    """
    total = 0
    while True:
        with sessions.begin() as session:
            hold(session, "audit")  # replicas take turns, and each sees what the last one sealed
            rows = session.execute(UNSEALED).all()
            if rows:
                _chain(session, rows)
        total += len(rows)
        if len(rows) < BATCH:
            return total


def check(session: Session) -> Chain:
    """Walk the chain to its end or to the first link that is broken."""
    number, head = 0, b""
    unsealed = session.execute(COUNT).scalar_one()
    for row in session.execute(SEALED, execution_options={"yield_per": BATCH}):
        if row.number != number + 1:
            return Chain(number, head, unsealed, Broken(number + 1, Fault.MISSING))
        if row.hash != _hash(head, row.number, row):
            return Chain(number, head, unsealed, Broken(row.number, Fault.CHANGED))
        number, head = row.number, row.hash
    return Chain(number, head, unsealed)


def _chain(session: Session, rows: Sequence[Row]) -> None:
    last = session.execute(HEAD).one_or_none()
    first, head = (last.number + 1, last.hash) if last else (1, b"")
    numbers = range(first, first + len(rows))
    hashes = []
    for number, row in zip(numbers, rows, strict=True):
        head = _hash(head, number, row)
        hashes.append(head)
    ids = [row.id for row in rows]
    session.execute(SEAL, {"ids": ids, "numbers": list(numbers), "hashes": hashes})


def _hash(before: bytes, number: int, row: Row) -> bytes:
    """SHA-256 of the hash before it and the row as JSON: number, then the columns in their order,
    `at` in UTC to the microsecond, UTF-8, no blanks.
    """
    id, at, *others = row[:10]
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    content = json.dumps([number, id, moment, *others], ensure_ascii=False, separators=(",", ":"))
    return sha256(before + content.encode()).digest()
