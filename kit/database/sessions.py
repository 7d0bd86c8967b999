"""One database a service, over psycopg; sessions in UTC, handed the county's keys."""

from typing import Any

from pydantic_core import to_json
from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.database.field_keys import FieldKeys
from kit.seal import Keyring

READ_ONLY = "25006"  # SQLSTATE
# A host that vanished says nothing: do not wait the hours that the operating system would.
FAR = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout={patience}s"


def make_engine(
    url: str, *, field_keys: FieldKeys | None = None, pool_size: int = 8, patience: int = 60
) -> Engine:
    """`field_keys` of the columns that are encrypted; without them nobody reads or writes those.
    `patience`: seconds that a transaction may stand still; a frozen consumer must not hold its
    rows for ever.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=8,
        pool_timeout=30,
        pool_pre_ping=True,
        json_serializer=lambda value: to_json(value).decode(),
        hide_parameters=True,  # they are personal data, and an error is logged
        connect_args=FAR | {"options": OPTIONS.format(patience=patience)},
    )
    engine.dialect.field_keys = field_keys  # type: ignore[attr-defined]  # where types find them
    event.listen(engine, "handle_error", _forget_read_only)
    return engine


def answers(engine: Engine) -> bool:
    """Whether the database serves somebody else now: a harmless statement on a fresh connection."""
    fresh = create_engine(engine.url, poolclass=NullPool, connect_args=FAR)
    try:
        with fresh.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except Exception:
        return False
    finally:
        fresh.dispose()
    return True


def _forget_read_only(failed: ExceptionContext) -> None:
    """A connection that was opened while the database was read-only stays so after it: let the pool
    open new ones.
    """
    if getattr(failed.original_exception, "sqlstate", None) == READ_ONLY:
        failed.is_disconnect = True


def make_sessions(
    engine: Engine, keyring: Keyring, county: str, **info: Any
) -> sessionmaker[Session]:
    """Sessions of one service; `session.info` carries the keys, the county's division code and
    `info`.
    """
    return sessionmaker(
        engine,
        class_=Session,
        expire_on_commit=False,
        info={"keyring": keyring, "county": county, **info},
    )
