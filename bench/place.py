"""Engines and one real service's database, for one run of the bench."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.databases import migrate_as_owner
from backstop.engines import ensure_topics
from backstop.installation import Installation
from backstop.service_process import login_of
from backstop.services import service_named
from kit.database.sessions import make_engine, make_sessions
from kit.messaging.kafka import KafkaLogin

COUNTY = "990121000000"


class Place:
    """An installation with durable engines, and a way to make databases and topics of one's own on
    them.
    """

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    @property
    def kafka(self) -> KafkaLogin:
        return login_of(self.installation.engines.kafka)

    def database(self, service: str) -> tuple[Engine, sessionmaker[Session], str]:
        """A migrated, empty database of its own: engine, sessions, libpq conninfo."""
        name, password = f"{service}_{secrets.token_hex(3)}", secrets.token_urlsafe(12)
        engines = self.installation.engines
        migrate_as_owner(engines, service_named(service), name, password)
        engine = make_engine(
            engines.postgres.url(name, name, password), field_keys=self.installation.field_keys
        )
        sessions = make_sessions(
            engine, self.installation.keyring, COUNTY, book=self.installation.book
        )
        return engine, sessions, engines.postgres.dsn(name, name, password)

    def topic(self, name: str, partitions: int = 3) -> str:
        ensure_topics(self.installation.engines.kafka, {name: partitions})
        return name


@contextmanager
def open_place() -> Iterator[Place]:
    with TemporaryDirectory(prefix="backstop-bench-", ignore_cleanup_errors=True) as folder:
        installation = Installation(Path(folder) / "installation")
        installation.engines.start()
        try:
            yield Place(installation)
        finally:
            installation.engines.erase()
