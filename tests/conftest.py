"""Real engines for every test; only the clock is ours.

Which lane a test runs in follows from the fixtures it uses; nobody marks it by hand.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg import sql
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.databases import migrate
from backstop.engines import Engines, PostgresAccess, clone_database, drop_database, ensure_guarded
from backstop.services import NAMES, service_named
from backstop.shell import make_shell
from kit.actor import Actor
from kit.app import make_app
from kit.clock import ZONE, SimulatedClock
from kit.database.rights import owner_of
from kit.database.sessions import make_engine, make_sessions
from kit.seal import Keyring
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import Role
from tests.helpers.acquainted import acquainted
from tests.helpers.field_keys import FIELD_KEYS
from tests.helpers.node import Packages
from tests.helpers.posts import Judgements, note_judged

COUNTY = "990121000000"
OUTSIDE = ("BACKSTOP_KAFKA_", "BACKSTOP_DATABASE_", "BACKSTOP_HOME")
# Fixtures that take a test out of the fast lane (an event's way, a door, a migration), and those
# that put it into the slow one.
KAFKA = {"engines", "own_engines"}
DOORS = {"client", "app", "browser"}
MIGRATIONS = {"blank", "crowd"}  # the crowd migrates databases of its own
SLOW = {
    "tool",
    "bundle",
    "rehearsal",
    "flood",
    "registers",
    "recipes",
    "described",
    "node",
    "keycloak",
}
PEOPLE_SEED = 60  # of the random months in every run by CI
# What a kernel (or the container around the tests) may refuse; nothing else is ever left out in CI.
KERNEL = ("process namespaces", "network namespaces")
# Only what was written to: each truncated table costs new files. `replica`: without the trigger that
# keeps the audit.
EMPTY = """SET LOCAL ROLE NONE; SET LOCAL lock_timeout = '1s'; SET LOCAL session_replication_role = replica;
    DO $$ DECLARE name text; written boolean; dirty text; BEGIN
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO written;
        IF written THEN dirty := concat_ws(', ', dirty, name); END IF;
    END LOOP;
    IF dirty IS NOT NULL THEN EXECUTE 'TRUNCATE ' || dirty || ' CASCADE'; END IF;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
END $$"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--people-months", type=int, default=200, help="so many (tests/people)")
    parser.addoption("--people-seed", type=int, help="play these random months (tests/people)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if used & SLOW:
            item.add_marker("slow")
        elif not used & (KAFKA | DOORS | MIGRATIONS):
            item.add_marker("fast")


def pytest_configure(config: pytest.Config) -> None:
    """A test that starts a Kafka of its own without saying so fails in the fast lane."""
    if config.option.markexpr == "fast":
        os.environ["BACKSTOP_JARS"] = str(Path(__file__).parent)  # there are none
    if config.option.people_seed is None:
        by_ci = os.environ.get("CI")  # what is new is found by `make faults ARGS=--people`
        config.option.people_seed = PEOPLE_SEED if by_ci else secrets.randbelow(100_000)


def pytest_report_header(config: pytest.Config) -> str:
    return f"random months of all roles: --people-seed {config.option.people_seed}"


@pytest.fixture(scope="session")
def engines_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Not started; `postgres` starts one of them, `engines` both."""
    made = Engines(tmp_path_factory.mktemp("engines"), fast=True)
    yield made
    made.erase()


@pytest.fixture(scope="session")
def postgres(engines_of_the_run: Engines) -> PostgresAccess:
    """One PostgreSQL for the whole run (or the one that the environment names)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKSTOP_KAFKA_BOOTSTRAP", "elsewhere")  # so that no Kafka is started here
        engines_of_the_run.start()
    return engines_of_the_run.postgres


@pytest.fixture(scope="session")
def engines(engines_of_the_run: Engines, postgres: PostgresAccess) -> Engines:
    """Kafka beside that PostgreSQL. Whoever asks for it is not in the fast lane."""
    engines_of_the_run.start()
    return engines_of_the_run


@pytest.fixture(scope="module")
def own_engines() -> Iterator[None]:
    """Who starts engines of their own, and may kill them: none that the environment names."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(OUTSIDE)]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """`tool("nginx")`: the path of somebody else's program. Where it is missing the test is left
    out; with CI=true it fails.
    """

    def path(name: str) -> str:
        if found := shutil.which(name):
            return found
        missing(f"{name} is not installed")

    return path


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """`node.run("a/folder", "program.mjs", …)`: what that program of the tree prints."""
    return Packages(tmp_path_factory.mktemp("node"))


def missing(what: str) -> NoReturn:
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


def lacking(feature: str) -> NoReturn:
    """Left out also with CI=true: what the kernel does not give, nobody can install."""
    assert feature in KERNEL
    pytest.skip(f"the kernel gives no {feature}")


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
def templates(postgres: PostgresAccess) -> Iterator[Callable[[str], str]]:
    """The migrated, empty database of a service, made once a run; tests copy it."""
    run = secrets.token_hex(3)
    made: dict[str, str] = {}

    def template(name: str) -> str:
        if name not in made:
            database = f"template_{name}_{run}"
            ensure_guarded(postgres, database, owner_of(database), secrets.token_urlsafe(12))
            migrate(postgres, service_named(name), database)
            made[name] = database
        return made[name]

    yield template
    for database in made.values():
        drop_database(postgres, database)


@pytest.fixture(scope="session")
def spare(
    postgres: PostgresAccess, templates: Callable[[str], str]
) -> Iterator[dict[str, list[Engine]]]:
    """Emptied databases of each service for the tests to come, with the statements that SQLAlchemy
    has compiled for them: half of what a short test costs.
    """
    kept: dict[str, list[Engine]] = {name: [] for name in NAMES}
    yield kept
    for engine in chain.from_iterable(kept.values()):
        discard(postgres, engine)


@pytest.fixture
def sessions_of(
    request: pytest.FixtureRequest,
    postgres: PostgresAccess,
    templates: Callable[[str], str],
    spare: dict[str, list[Engine]],
    keyring: Keyring,
    book: Book,
) -> Iterator[Callable[[str], sessionmaker[Session]]]:
    """`sessions_of("village")`: sessions on a database of this test's own."""
    made: dict[str, sessionmaker[Session]] = {}

    def sessions(name: str) -> sessionmaker[Session]:
        if name not in made:
            engine = spare[name].pop() if spare[name] else copy_of(templates(name), postgres)
            made[name] = make_sessions(engine, keyring, COUNTY, book=book)
        return made[name]

    yield sessions
    alone = not KAFKA & set(request.fixturenames)  # what runs beside a test may write after it
    for name, factory in made.items():
        engine = factory.kw["bind"]
        if alone and emptied(engine):
            spare[name].append(engine)
        else:
            discard(postgres, engine)


def copy_of(template: str, postgres: PostgresAccess) -> Engine:
    database = f"test_{secrets.token_hex(4)}"
    clone_database(postgres, template, database)
    # A test's transaction stands still while the machine is busy with others.
    engine = make_engine(postgres.url(database), field_keys=FIELD_KEYS, pool_size=2, patience=900)
    event.listen(engine, "connect", partial(become, template))
    return engine


def become(login: str, connection: Any, _: object) -> None:
    """What a service may do in its database, the tests of its doors may, and no more."""
    connection.execute(sql.SQL("SET SESSION ROLE {}").format(sql.Identifier(login)))
    connection.commit()


def discard(postgres: PostgresAccess, engine: Engine) -> None:
    engine.dispose()
    drop_database(postgres, str(engine.url.database))


def emptied(engine: Engine) -> bool:
    """Every table as the migrations left it: empty, and its numbers begin at 1. False where a test
    still holds a table.
    """
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(EMPTY)
    except OperationalError:
        return False
    return True


def _sessions_fixture(name: str):
    @pytest.fixture(name=f"{name}_sessions")
    def fixture(sessions_of: Callable[[str], sessionmaker[Session]]) -> sessionmaker[Session]:
        return sessions_of(name)

    return fixture


(
    village_sessions,
    unit_sessions,
    county_sessions,
    dispatch_sessions,
    casework_sessions,
    access_sessions,
) = map(_sessions_fixture, NAMES)


@pytest.fixture(scope="session")
def apps() -> dict[str, FastAPI]:
    """Each service's doors, put together once a run: half a page test's time. A test gives them its
    own sessions and clock.
    """
    return {}


@pytest.fixture
def client(
    apps: dict[str, FastAPI],
    sessions_of: Callable[[str], sessionmaker[Session]],
    clock: SimulatedClock,
    keyring: Keyring,
) -> Iterator[Callable[..., TestClient]]:
    """`client("village", actor)`: that actor's browser at the service's door. What a test sets in an
    app's state ends with it: the next one has the same app.
    """
    before: dict[str, dict[str, Any]] = {}

    def browser(name: str, actor: Actor | None = None) -> TestClient:
        given = {"sessions": sessions_of(name), "clock": clock, "keyring": keyring}
        if name not in apps:
            apps[name] = make_app(service_named(name), **given, county=COUNTY, shell=make_shell())
        app = apps[name]
        before.setdefault(name, dict(app.state._state))
        for what, value in given.items():
            setattr(app.state, what, value)
        headers = acquainted(app).headers(actor) if actor else {}
        return TestClient(
            app, headers=headers, raise_server_exceptions=False, follow_redirects=False
        )

    yield browser
    for name, state in before.items():
        kept = apps[name].state._state
        kept.clear()
        kept.update(state)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judgements:
    """Of which models a table is asked while the test runs."""
    return note_judged(monkeypatch)


def actor(role: Role, place: str = COUNTY, name: str = "试用人") -> Actor:
    return Actor(f"{role.value.lower()}-{place}", name, role, place)
