"""The toy service on a database and topics of each test's own."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from aiokafka import AIOKafkaProducer
from sqlalchemy import Engine, Row

from backstop.engines import Engines, PostgresAccess, drop_database, ensure_database, ensure_topics
from kit.clock import SimulatedClock
from kit.database.sessions import make_engine, make_sessions
from kit.messaging import dead_letters
from kit.messaging.kafka import KafkaLogin
from kit.prober import settle
from kit.runtime import Runtime
from kit.seal import Keyring
from tests.conftest import COUNTY
from tests.helpers.field_keys import FIELD_KEYS
from tests.kit import toy
from tests.kit.crew import Crew

Record = tuple[str, dict | bytes, dict[str, bytes | None]]


@pytest.fixture
def database(postgres: PostgresAccess) -> Iterator[str]:
    name = f"toy_{secrets.token_hex(4)}"
    ensure_database(postgres, name, postgres.user)
    engine = make_engine(postgres.url(name), field_keys=FIELD_KEYS)
    toy.make_tables(engine)
    engine.dispose()
    yield name
    drop_database(postgres, name)


@pytest.fixture
def login(engines: Engines) -> KafkaLogin:
    """The administrator, on topics of this test's own."""
    prefix = f"t{secrets.token_hex(4)}."
    ensure_topics(engines.kafka, {prefix + "backstop.toy": 2})
    kafka = engines.kafka
    return KafkaLogin(kafka.bootstrap, kafka.user or "", kafka.password or "", prefix)


@pytest.fixture
def engine(postgres: PostgresAccess, database: str) -> Iterator[Engine]:
    made = make_engine(postgres.url(database), field_keys=FIELD_KEYS)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: Engine, keyring: Keyring):
    return make_sessions(engine, keyring, COUNTY)


@pytest.fixture
def make_runtime(
    postgres: PostgresAccess,
    database: str,
    engine: Engine,
    sessions,
    login: KafkaLogin,
    clock: SimulatedClock,
) -> Callable[[], Runtime]:
    def make() -> Runtime:
        return Runtime(
            toy.SERVICE,
            engine=engine,
            sessions=sessions,
            dsn=postgres.dsn(database),
            kafka=login,
            clock=clock,
            county=COUNTY,
            every=None,
        )

    return make


@pytest.fixture
def post(login: KafkaLogin):
    """Put records on the toy's topic by hand: `await post((key, body, changed headers), …)`."""

    async def put(*records: Record, **how: str) -> None:
        async with AIOKafkaProducer(**login.options(), acks="all", **how) as producer:
            for key, body, changed in records:
                headers = {
                    "ce_specversion": b"1.0",
                    "ce_id": str(uuid4()).encode(),
                    "ce_type": b"toy.thing.counted.v1",
                    "ce_source": b"/backstop/990121000000/toy",
                    "ce_subject": key.encode(),
                } | changed
                value = body if isinstance(body, bytes) else json.dumps(body).encode()
                await producer.send_and_wait(
                    login.prefix + "backstop.toy",
                    value,
                    key=key.encode(),
                    headers=list(headers.items()),
                )

    return put


@pytest.fixture
def hear(make_runtime, post, login) -> Callable[..., None]:
    """`hear((key, body, changed headers), …)`: put them there while nobody listens, so that those
    of one partition come as one batch; then let the service handle them, and stop.
    """

    def all_of(*records: Record) -> None:
        async def heard() -> None:
            await post(*records)
            runtime = make_runtime()
            await runtime.start()
            await settle([runtime], login)
            await runtime.stop()

        asyncio.run(heard())

    return all_of


@pytest.fixture
def heard(sessions) -> Callable[[str], list[int]]:
    """`heard("a")`: the numbers of a thing, in the order they were handled."""

    def numbers(thing: str) -> list[int]:
        with sessions.begin() as session:
            return toy.tallied(session, thing)

    return numbers


@pytest.fixture
def letters(sessions) -> Callable[[], list[Row]]:
    """The dead letters, in the order of their offsets."""

    def waiting() -> list[Row]:
        with sessions.begin() as session:
            return sorted(
                dead_letters.waiting(session), key=lambda letter: (letter.partition, letter.offset)
            )

    return waiting


@pytest.fixture
def beside(postgres: PostgresAccess, database: str) -> Iterator[psycopg.Connection]:
    """Another session at the service's database, as an administrator: each statement commits."""
    with psycopg.connect(postgres.dsn(database), autocommit=True) as connection:
        yield connection


@pytest.fixture
def crew(postgres: PostgresAccess, database: str, login: KafkaLogin) -> Iterator[Crew]:
    made = Crew(postgres, database, login)
    yield made
    made.dismiss()
