"""Whose fault a failure is. Waiting is only for what other events feel too; what fails again while the
engine answers others is the event's own (BH-01).
"""

import psycopg
from sqlalchemy.exc import TimeoutError as PoolExhausted

from kit.database.field_keys import FieldKeyMissing

# SQLSTATEs that are true for every event: read-only, not migrated (three), full, no connection left,
# locked, starting
EVERYBODYS = ("25006", "42501", "42703", "42P01", "53100", "53300", "55P03", "57P03")
# May be the engine's or the event's: unreachable, conflict, resources, cut off (by a time limit, too),
# disk
EITHER = ("08", "40", "53", "57", "58")


def everybodys(error: BaseException) -> bool:
    """Other events feel it as well, so it will pass: wait."""
    if isinstance(error, PoolExhausted) or isinstance(_bare(error), FieldKeyMissing):
        return True
    state = _state(error)
    return state is not None and state.startswith(EVERYBODYS)


def may_be_the_engines(error: BaseException) -> bool:
    """Whether other events feel it is for the engine to say: ask it (`database.sessions.answers`)."""
    state = _state(error)
    if state is not None:
        return state.startswith(EITHER)
    return isinstance(_bare(error), (psycopg.OperationalError, psycopg.InterfaceError))


def will_pass(error: BaseException) -> bool:
    """The engine may be down, busy or not ready."""
    return everybodys(error) or may_be_the_engines(error)


def _bare(error: BaseException) -> BaseException:
    """SQLAlchemy wraps what it runs itself; COPY fails bare."""
    return getattr(error, "orig", None) or error


def _state(error: BaseException) -> str | None:
    return getattr(_bare(error), "sqlstate", None) or None
