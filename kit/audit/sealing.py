"""The chain: committed rows get numbers and hashes, each hash holding the one before it."""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import UTC, date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Row, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.audit.heads import copy_head
from kit.clock import Clock, local_date, system_clock
from kit.database.locks import hold

log = logging.getLogger(__name__)
BATCH = 1_000
EVERY = 2.0  # seconds
COLUMNS = "CAST(id AS text) AS id, at, kind, deed, account, role, place, objects, count, request, on_behalf, purpose"
HEAD = text("SELECT number, hash FROM audit WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1")
UNSEALED = text(f"SELECT {COLUMNS} FROM audit WHERE number IS NULL ORDER BY id LIMIT {BATCH}")
SEAL = text("""UPDATE audit SET number = sealed.number, hash = sealed.hash
    FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS bigint[]), CAST(:hashes AS bytea[]))
        AS sealed (id, number, hash)
    WHERE audit.id = sealed.id""")


async def sealer(
    sessions: sessionmaker[Session], heads: Path | None = None, clock: Clock = system_clock
) -> None:
    """Run until cancelled; a database that is away is asked again. Each day's first head is copied
    into the folder `heads`.
    """
    copied: date | None = None
    while True:
        try:
            await asyncio.to_thread(seal, sessions)
            day = local_date(clock())
            if heads and copied != day and await asyncio.to_thread(copy_head, sessions, heads, day):
                copied = day
        except Exception as error:
            log.warning("the audit is not sealed, or its head not copied: %r", error)
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


def _chain(session: Session, rows: Sequence[Row]) -> None:
    last = session.execute(HEAD).one_or_none()
    first, head = (last.number + 1, last.hash) if last else (1, b"")
    numbers = range(first, first + len(rows))
    hashes = []
    for number, row in zip(numbers, rows, strict=True):
        head = hash_of(head, number, row)
        hashes.append(head)
    ids = [row.id for row in rows]
    session.execute(SEAL, {"ids": ids, "numbers": list(numbers), "hashes": hashes})


def hash_of(before: bytes, number: int, row: Row) -> bytes:
    """SHA-256 of the hash before it and the row's `content` in UTF-8."""
    return sha256(before + content(number, row).encode()).digest()


def content(number: int, row: Row) -> str:
    """The row as JSON without blanks: number, then the columns in their order, `at` in UTC to the
    microsecond; `on_behalf` and `purpose` only where there is one, so that rows from before they were kept
    hold.
    """
    values = [row.kind, row.deed, row.account, row.role, row.place, list(row.objects)]
    values += [row._mapping["count"], row.request]
    values += [row.on_behalf] if row.on_behalf is not None else []
    values += [["purpose", row.purpose]] if row.purpose is not None else []
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    whole = [number, str(row.id), moment, *values]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
