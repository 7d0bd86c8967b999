"""A new service begins at a moment kept in its database. What happened before it fills its
projections only: no clock starts, no task arises, nothing is said of it.

A service declares it (`BEGINS = True` in its `service.py`); whatever keeps only what others told
(`Handlers.beside`, or `handlers.on(…, projecting=True)`) hears all of the past.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

BEGIN = text("INSERT INTO beginning (at) VALUES (coalesce(:at, now())) ON CONFLICT DO NOTHING")
AT = text("SELECT at FROM beginning")


class Past(TypeError):
    """A handler of the past that would start something: it is no projection."""


def begin(session: Session, at: datetime | None = None) -> None:
    """The service begins, unless it has begun already. `at` (aware) None: now by the clock of the
    database, since that stamps what services say (`ce_time`); a process's own may be slow, or a
    rehearsal's that stands before events which lie on the topics already.
    """
    session.execute(BEGIN, {"at": at})


def began(session: Session) -> datetime | None:
    """When the service began; None: it never said so."""
    moment: datetime | None = session.execute(AT).scalar_one_or_none()
    return moment


@contextmanager
def in_the_past(session: Session, past: bool) -> Iterator[None]:
    """What is handled meanwhile happened before the service began."""
    session.info["past"] = past
    try:
        yield
    finally:
        session.info.pop("past", None)


def is_past(session: Session) -> bool:
    """Whether what is being handled happened before the service began."""
    return bool(session.info.get("past"))


def refuse_past(session: Session, what: str) -> None:
    """`Past` when `what` would come of an event from before the beginning."""
    if is_past(session):
        raise Past(f"{what} of an event from before the service began")
