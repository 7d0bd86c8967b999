"""Deadlines: messages from the future. A row is the truth; the clock only wakes the sweep."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

log = logging.getLogger(__name__)
SET = text("""INSERT INTO deadline (name, about, at) VALUES (:name, :about, :at)
    ON CONFLICT (name, about) WHERE fired_at IS NULL DO UPDATE SET at = excluded.at""")
CANCEL = text(
    "DELETE FROM deadline WHERE name = :name AND about = ANY(:about) AND fired_at IS NULL"
)
PENDING = text("SELECT at FROM deadline WHERE name = :name AND about = :about AND fired_at IS NULL")
NEXT = text("SELECT min(at) FROM deadline WHERE fired_at IS NULL AND error IS NULL")
# Replicas take turns: two at once would not keep the order of the clock.
TURN = text("SELECT pg_advisory_xact_lock(hashtext('deadlines'))")
# One at a time, oldest first, past those that failed in this sweep and those that a command is just
# moving.
FIRE = text("""UPDATE deadline SET fired_at = :now, error = NULL WHERE id = (
    SELECT id FROM deadline WHERE fired_at IS NULL AND at <= :now AND id <> ALL(:failed)
    ORDER BY at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, name, about, at""")
FAILED = text("UPDATE deadline SET error = :error WHERE id = :id")


@dataclass(frozen=True)
class Due:
    """A deadline that fires: what it is about, and its moment (aware, UTC): the day of the deed."""

    about: str
    at: datetime


class Jobs:
    """Which function takes which deadline."""

    def __init__(self) -> None:
        self.takes: dict[str, Callable[[Session, Due], None]] = {}

    @classmethod
    def together(cls, parts: Iterable["Jobs"]) -> "Jobs":
        """All of several features' jobs; a deadline has one job a service."""
        whole = cls()
        for part in parts:
            if twice := whole.takes.keys() & part.takes.keys():
                raise TypeError(f"two jobs take {', '.join(sorted(twice))}")
            whole.takes |= part.takes
        return whole

    def on(self, name: str):
        def register(function: Callable[[Session, Due], None]):
            self.takes[name] = function
            return function

        return register


def set(session: Session, name: str, about: str, at: datetime) -> None:
    """Let `name` fire at `at` (aware); an open one about the same thing is moved."""
    set_all(session, name, {about: at})


def set_all(session: Session, name: str, coming: Mapping[str, datetime]) -> None:
    """The same for several: what each is about → when it fires."""
    if coming:
        session.execute(
            SET, [{"name": name, "about": about, "at": at} for about, at in coming.items()]
        )


def cancel(session: Session, name: str, *about: str) -> None:
    if about:
        session.execute(CANCEL, {"name": name, "about": list(about)})


def pending(session: Session, name: str, about: str) -> datetime | None:
    return session.execute(PENDING, {"name": name, "about": about}).scalar_one_or_none()


def next_at(session: Session) -> datetime | None:
    """The moment of the earliest open deadline that has not failed."""
    return session.execute(NEXT).scalar_one_or_none()


def sweep(sessions: sessionmaker[Session], jobs: Jobs, now: datetime) -> int:
    """Fire what is due at `now`, each in a transaction of its own; one that fails stops no other.
    Returns how many.
    """
    failed: list[int] = []
    fired = 0
    while True:
        row = None
        try:
            with sessions.begin() as session:
                session.execute(TURN)
                row = session.execute(FIRE, {"now": now, "failed": failed}).one_or_none()
                if row is None:
                    return fired
                jobs.takes[row.name](session, Due(row.about, row.at))
            fired += 1
        except Exception as error:
            if row is None:
                raise
            log.exception("deadline %s about %s failed", row.name, row.about)
            failed.append(row.id)
            with sessions.begin() as session:
                session.execute(FAILED, {"id": row.id, "error": repr(error)})
