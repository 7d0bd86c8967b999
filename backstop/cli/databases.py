"""A service's database, for a command that looks or changes there itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.cli.options import installation_at
from backstop.service_process import name_kept_codes
from kit.database.sessions import make_engine, make_sessions
from kit.service import Service


@contextmanager
def sessions_of(service: Service, home: Path) -> Iterator[sessionmaker[Session]]:
    """Sessions as the service itself has them; the engines run already."""
    application = installation_at(home)
    password = application.password(service.name)
    engine = make_engine(
        application.engines.postgres.url(service.name, service.name, password),
        field_keys=application.field_keys,
        pool_size=1,
    )
    try:
        with engine.connect() as connection:
            name_kept_codes(connection, application)
        yield make_sessions(engine, application.keyring, application.county, book=application.book)
    finally:
        engine.dispose()
