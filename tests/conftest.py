"""Real engines for every test; only the clock is ours."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.engines import Engines, clone_database, drop_database, ensure_database
from backstop.services import service_named
from kit.actor import Actor
from kit.app import make_app
from kit.clock import ZONE, SimulatedClock
from kit.database.migrations import upgrade
from kit.database.sessions import make_engine, make_sessions
from kit.seal import Keyring
from kit.service import Service
from kit.tokens import make_token
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import Role

COUNTY = "990121000000"
NAMES = ("village", "unit", "county", "dispatch")


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """One Kafka and one PostgreSQL for the whole run (or those that the environment names)."""
    made = Engines(tmp_path_factory.mktemp("engines"), fast=True)
    with made as started:
        yield started
    made.erase()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.generate()


@pytest.fixture(scope="session")
def book() -> Book:
    return Book(state_council(), (load_pack("default"),))


@pytest.fixture
def clock() -> SimulatedClock:
    """1 September 2026, nine o'clock in Shanghai; move it with `clock.set(at(2026, 9, 21))`."""
    return SimulatedClock(at(2026, 9, 1))


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture(scope="session")
def templates(engines: Engines) -> Iterator[Callable[[str], str]]:
    """The migrated, empty database of a service, made once a run; tests copy it."""
    run = secrets.token_hex(3)
    made: dict[str, str] = {}

    def template(name: str) -> str:
        if name not in made:
            database = f"template_{name}_{run}"
            ensure_database(engines.postgres, database, engines.postgres.user)
            migrate(engines.postgres.url(database), service_named(name))
            made[name] = database
        return made[name]

    yield template
    for database in made.values():
        drop_database(engines.postgres, database)


def migrate(url: str, service: Service) -> None:
    engine = create_engine(url)
    upgrade(engine, service.folder / "migrations")
    engine.dispose()


@pytest.fixture
def sessions_of(
    engines: Engines, templates: Callable[[str], str], keyring: Keyring, book: Book
) -> Iterator[Callable[[str], sessionmaker[Session]]]:
    """`sessions_of("village")`: sessions on a database of this test's own."""
    made: dict[str, tuple[str, sessionmaker[Session]]] = {}

    def sessions(name: str) -> sessionmaker[Session]:
        if name not in made:
            database = f"test_{name}_{secrets.token_hex(4)}"
            clone_database(engines.postgres, templates(name), database)
            engine = make_engine(engines.postgres.url(database), pool_size=2)
            made[name] = (database, make_sessions(engine, keyring, COUNTY, book=book))
        return made[name][1]

    yield sessions
    for database, factory in made.values():
        factory.kw["bind"].dispose()
        drop_database(engines.postgres, database)


def _sessions_fixture(name: str):
    @pytest.fixture(name=f"{name}_sessions")
    def fixture(sessions_of: Callable[[str], sessionmaker[Session]]) -> sessionmaker[Session]:
        return sessions_of(name)

    return fixture


village_sessions, unit_sessions, county_sessions, dispatch_sessions = map(_sessions_fixture, NAMES)


@pytest.fixture
def client(
    sessions_of: Callable[[str], sessionmaker[Session]], clock: SimulatedClock, keyring: Keyring
) -> Callable[..., TestClient]:
    """`client("village", actor)`: that actor's browser at the service's door."""

    def browser(name: str, actor: Actor | None = None) -> TestClient:
        app = make_app(
            service_named(name),
            sessions=sessions_of(name),
            clock=clock,
            keyring=keyring,
            county=COUNTY,
        )
        headers = (
            {"authorization": f"Bearer {make_token(keyring.token_key, actor)}"} if actor else {}
        )
        return TestClient(
            app, headers=headers, raise_server_exceptions=False, follow_redirects=False
        )

    return browser


def actor(role: Role, place: str = COUNTY, name: str = "试用人") -> Actor:
    return Actor(f"{role.value.lower()}-{place}", name, role, place)
