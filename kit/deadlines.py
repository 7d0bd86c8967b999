"""Deadlines: messages from the future. A row is the truth; the clock only wakes the sweep.

A deadline is declared once, below the commands that set it and the room whose function takes it:

    VERIFY_DUE = Deadline("verify due")            # the name stands in rows and never changes

    VERIFY_DUE.set(session, case.id, end_of(case.verify_due))      # in a command

    @VERIFY_DUE.fires                                              # in the room `jobs`
    def verify_due(session: Session, due: Due) -> None: ...

    jobs = Jobs.of(cases, meeting)                 # the service's, from its features' rooms
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.messaging.beginning import refuse_past

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


Job = Callable[[Session, Due], None]


class Deadline:
    """A kind of deadline. `name` is what its rows are called; `about` says which one is meant."""

    declared: ClassVar[list["Deadline"]] = []

    def __init__(self, name: str) -> None:
        self.name = name
        self.job: Job | None = None
        Deadline.declared.append(self)

    def __repr__(self) -> str:
        return f"Deadline({self.name!r})"

    def fires(self, job: Job) -> Job:
        """Let `job` take it; `TypeError` when another one does."""
        if self.job is not None:
            raise TypeError(f"{self.name!r} is taken by {_place(self.job)} and by {_place(job)}")
        self.job = job
        return job

    def set(self, session: Session, about: str, at: datetime) -> None:
        """Let it fire at `at` (aware); an open one about the same thing is moved."""
        set(session, self.name, about, at)

    def set_all(self, session: Session, coming: Mapping[str, datetime]) -> None:
        """The same for several: what each is about → when it fires."""
        set_all(session, self.name, coming)

    def cancel(self, session: Session, *about: str) -> None:
        cancel(session, self.name, *about)

    def pending(self, session: Session, about: str) -> datetime | None:
        """When it fires; None when there is no open one."""
        return pending(session, self.name, about)


class Jobs:
    """Which function takes which deadline; one a name."""

    def __init__(self) -> None:
        self.takes: dict[str, Job] = {}

    @classmethod
    def together(cls, parts: Iterable["Jobs"]) -> "Jobs":
        """All of several features' jobs; a deadline has one job a service."""
        jobs = cls()
        for part in parts:
            for name, job in part.takes.items():
                jobs.on(name)(job)
        return jobs

    @classmethod
    def of(cls, *rooms: ModuleType) -> "Jobs":
        """Of a service: every deadline taken by a function of these modules or packages;
        `TypeError` when two are called the same.
        """
        jobs = cls()
        for deadline in Deadline.declared:
            if deadline.job is not None and _stands_in(deadline.job, rooms):
                jobs.on(deadline.name)(deadline.job)
        return jobs

    def on(self, name: str) -> Callable[[Job], Job]:
        def register(job: Job) -> Job:
            if name in self.takes:
                takers = f"{_place(self.takes[name])} and by {_place(job)}"
                raise TypeError(f"two deadlines are called {name!r}: taken by {takers}")
            self.takes[name] = job
            return job

        return register

    def taking(self, name: str) -> Job:
        """`LookupError` when nobody takes a deadline of this name."""
        if name not in self.takes:
            raise LookupError(f"no deadline is called {name!r}")
        return self.takes[name]


def _place(job: Job) -> str:
    return f"{job.__module__}.{job.__qualname__}"


def _stands_in(job: Job, rooms: tuple[ModuleType, ...]) -> bool:
    return any(f"{job.__module__}.".startswith(f"{room.__name__}.") for room in rooms)


def set(session: Session, name: str, about: str, at: datetime) -> None:
    """Let `name` fire at `at` (aware); an open one about the same thing is moved."""
    set_all(session, name, {about: at})


def set_all(session: Session, name: str, coming: Mapping[str, datetime]) -> None:
    """The same for several: what each is about → when it fires."""
    if coming:
        refuse_past(session, name)
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
                jobs.taking(row.name)(session, Due(row.about, row.at))
            fired += 1
        except Exception as error:
            if row is None:
                raise
            log.exception("deadline %s about %s failed", row.name, row.about)
            failed.append(row.id)
            with sessions.begin() as session:
                session.execute(FAILED, {"id": row.id, "error": repr(error)})
