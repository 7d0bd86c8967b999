"""Both engines die under a service at work."""

import asyncio
import os
import signal

from sqlalchemy import text

from backstop.engines import Engines, ensure_topics, process
from kit.database.migrations import chassis, revisions
from kit.database.sessions import make_engine, make_sessions
from kit.messaging.kafka import KafkaLogin
from kit.messaging.outbox import emit
from kit.prober import settle
from kit.runtime import Runtime
from tests.conftest import COUNTY
from tests.helpers.field_keys import FIELD_KEYS
from tests.helpers.waiting import PATIENCE
from tests.kit import toy
from tests.kit.toy import Counted, tallied


def test_it_survives_a_killed_broker_and_a_killed_database(own_engines, tmp_path, keyring, clock):
    """On engines of this test's own; a batch in flight at the kill is refused, and a new producer
    takes it.
    """
    own = Engines(tmp_path / "engines")
    own.start()
    try:
        own.create_database("toy", owner="toy", password="toy-toy-toy")
        url, dsn = (
            own.postgres.url("toy", "toy", "toy-toy-toy"),
            own.postgres.dsn("toy", "toy", "toy-toy-toy"),
        )
        ensure_topics(own.kafka, {"backstop.toy": 2})
        engine = make_engine(url, field_keys=FIELD_KEYS)
        sessions = make_sessions(engine, keyring, COUNTY)
        with engine.begin() as connection:
            for revision in revisions():
                connection.execute(text(chassis(revision)))
            toy.SERVICE.metadata.create_all(connection)
        login = KafkaLogin(own.kafka.bootstrap, own.kafka.user or "", own.kafka.password or "")
        runtime = Runtime(
            toy.SERVICE,
            engine=engine,
            sessions=sessions,
            dsn=dsn,
            kafka=login,
            clock=clock,
            county=COUNTY,
            every=None,
        )

        def say(first: int) -> None:
            with sessions.begin() as session:
                emit(
                    session,
                    *(Counted(thing="a", number=number) for number in range(first, first + 500)),
                )

        async def run() -> None:
            await runtime.start()
            say(0)
            for first, name in ((500, "kafka"), (1500, "postgres")):
                await asyncio.to_thread(say, first)
                mark = process.living(tmp_path / "engines" / "run" / f"{name}.pid")
                assert mark
                os.kill(mark.pid, signal.SIGKILL)
                await asyncio.to_thread(own.start)
                await asyncio.to_thread(say, first + 500)
            await settle([runtime], login, timeout=PATIENCE)
            await runtime.stop()

        asyncio.run(run())
        with sessions.begin() as session:
            assert tallied(session, "a") == list(range(2500))
        engine.dispose()
    finally:
        own.erase()
