"""One database a service, over psycopg; sessions in UTC, handed the county's keys."""

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.seal import Keyring

OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout={patience}s"


def make_engine(url: str, *, pool_size: int = 8, patience: int = 60) -> Engine:
    """`patience`: seconds that a transaction may stand still; a frozen consumer must not hold its rows for ever."""
    return create_engine(url, pool_size=pool_size, max_overflow=8, pool_timeout=30, pool_pre_ping=True,
                         connect_args={"options": OPTIONS.format(patience=patience)})  # fmt: skip


def make_sessions(engine: Engine, keyring: Keyring, county: str, **info: Any) -> sessionmaker[Session]:
    """Sessions of one service; `session.info` carries the keys, the county's division code and `info`."""
    return sessionmaker(
        engine, class_=Session, expire_on_commit=False, info={"keyring": keyring, "county": county, **info}
    )
