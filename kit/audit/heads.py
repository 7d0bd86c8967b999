"""The chain's heads, copied outside the database: whoever owns it can write all of it anew, but not
what was written down elsewhere.

A folder has one file a database and a line of JSON a day, only ever appended:
`{"day": "2026-09-01", "number": 1234, "hash": "…"}`.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.errors import Refused

HEAD = text("""SELECT current_database() AS database, number, hash FROM audit
    WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1""")
DATABASE = text("SELECT current_database()")


@dataclass(frozen=True)
class Head:
    """The hash of the row `number`, as it was on the day."""

    day: date
    number: int
    hash: bytes


def copy_head(sessions: sessionmaker[Session], folder: Path, day: date) -> bool:
    """Write down where the chain ends, once a day; False while there is no sealed row. `OSError`
    where the folder cannot be written.
    """
    with sessions.begin() as session:
        head = session.execute(HEAD).one_or_none()
    if head is None:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    path = _file(folder, head.database)
    with path.open("a+b") as file:  # appended in one write, under a lock: replicas share the file
        fcntl.flock(file, fcntl.LOCK_EX)
        if all(one.day != day for one in _read(path)):
            line = {"day": day.isoformat(), "number": head.number, "hash": head.hash.hex()}
            file.write((json.dumps(line) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
    return True


def copied(session: Session, folder: Path) -> list[Head]:
    """What was written down of this session's database, oldest first; `Refused` for a line that is
    none.
    """
    return _read(_file(folder, session.execute(DATABASE).scalar_one()))


def _file(folder: Path, database: str) -> Path:
    return folder / f"{database}.jsonl"


def _read(path: Path) -> list[Head]:
    if not path.exists():
        return []
    heads = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            one = json.loads(line)
            day, hash = date.fromisoformat(one["day"]), bytes.fromhex(one["hash"])
            heads.append(Head(day, int(one["number"]), hash))
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"校验值副本{path}第{number}行读不出来，可能被改动过。请用另存的副本核对。"
            ) from error
    return heads
