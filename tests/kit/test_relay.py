"""The outbox's promises: what is committed leaves, once decided by nobody but the database, in
order, whoever dies.
"""

import asyncio
import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from aiokafka import AIOKafkaProducer
from sqlalchemy import text

from backstop.engines import ensure_topics
from kit.messaging import relay as relay_module
from kit.messaging.outbox import emit
from kit.messaging.relay import relay
from kit.prober import settle
from tests.helpers.records import everything
from tests.helpers.waiting import PATIENCE, eventually
from tests.kit.toy import Counted, Shouted, tallied

HOLDER = """SELECT substr(application_name, 8)::int FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'advisory' AND granted AND datname = current_database() AND application_name LIKE 'worker-%'"""
WRITERS, DEEDS, THINGS = 8, 40, 4


def holder(dsn: str) -> int | None:
    """Process id of the worker whose relay is at work."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(HOLDER).fetchone()
        return row[0] if row else None


def write(sessions, stop: threading.Event, left: list[int]) -> None:
    """Deeds on a few aggregates that all writers share: the row is locked, then the event
    numbered.
    """
    while not stop.is_set() and left:
        thing = f"thing-{left.pop() % THINGS}"
        with sessions.begin() as session:
            number = session.execute(
                text(
                    "UPDATE aggregate SET version = version + 1 WHERE name = :name RETURNING version"
                ),
                {"name": thing},
            ).scalar_one()
            emit(session, Counted(thing=thing, number=number))
        time.sleep(0.05)


def test_eight_writers_and_two_relays_keep_each_aggregates_order_while_relays_die(
    engines, database, sessions, login, crew
):
    dsn = engines.postgres.dsn(database)
    with sessions.begin() as session:
        session.execute(
            text(
                "CREATE TABLE aggregate (name text PRIMARY KEY, version integer NOT NULL DEFAULT 0)"
            )
        )
        session.execute(
            text("INSERT INTO aggregate SELECT 'thing-' || n FROM generate_series(0, 9) n")
        )
    crew.hire()
    crew.hire()
    left, stop = list(range(WRITERS * DEEDS)), threading.Event()
    writers = [threading.Thread(target=write, args=(sessions, stop, left)) for _ in range(WRITERS)]
    first = eventually(lambda: holder(dsn))
    for writer in writers:
        writer.start()
    try:
        eventually(lambda: len(left) < WRITERS * DEEDS * 0.8)
        os.kill(first, signal.SIGKILL)
        second = eventually(lambda: (found := holder(dsn)) != first and found)
        crew.hire()
        eventually(lambda: len(left) < WRITERS * DEEDS * 0.4)
        os.kill(second, signal.SIGSTOP)  # frozen: it can say nothing, not even that it stops
        third = eventually(lambda: (found := holder(dsn)) not in (second, None) and found)
        os.kill(second, signal.SIGCONT)  # it wakes up with rows in its hands that another has sent
        assert third
    finally:
        for writer in writers:
            writer.join(60)
        stop.set()
    with sessions() as session:
        unsent = text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
        eventually(lambda: session.execute(unsent).scalar_one() == 0)
    records = asyncio.run(everything(login, lambda name: name == login.prefix + "backstop.toy"))
    found = [(dict(one.headers)["ce_id"], one.value or b"") for one in records]
    seen = {
        id: Counted.model_validate_json(body) for id, body in reversed(found)
    }  # the first time counts
    in_order: dict[str, list[int]] = {}
    for id in dict.fromkeys(id for id, _ in found):
        in_order.setdefault(seen[id].thing, []).append(seen[id].number)
    assert sum(map(len, in_order.values())) == WRITERS * DEEDS
    for thing, numbers in in_order.items():
        assert numbers == list(range(1, len(numbers) + 1)), thing


def test_a_relay_that_waits_holds_back_no_vacuum(engines, database, sessions, crew):
    dsn = engines.postgres.dsn(database)
    crew.hire()
    crew.hire()
    with psycopg.connect(dsn, autocommit=True) as connection:
        waiting = "SELECT count(*), count(backend_xmin), count(backend_xid) FROM pg_stat_activity WHERE application_name LIKE 'worker-%'"
        eventually(lambda: holder(dsn) and (connection.execute(waiting).fetchone() or (0,))[0] == 2)
        for _ in range(20):
            there, horizon, writing = connection.execute(waiting).fetchone() or (0, 0, 0)
            assert there == 2
            assert (horizon, writing) == (0, 0)
            time.sleep(0.1)


class Wire:
    """What lies between a relay and its database; when it is cut nobody is told."""

    def __init__(self, folder: Path, real: str) -> None:
        self.path, self.real, self.cut = str(folder / ".s.PGSQL.5432"), real, asyncio.Event()

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if self.cut.is_set():
                    await asyncio.sleep(3600)
                sink.write(data)
                await sink.drain()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self.real)
        await asyncio.gather(self.carry(reader, back), self.carry(there, writer))


def test_a_relay_whose_host_vanished_is_replaced(
    engines, database, sessions, login, make_runtime, tmp_path
):
    postgres = engines.postgres
    folder = Path("/tmp") / f"w{os.getpid()}"  # a socket's path may not be long
    folder.mkdir(mode=0o700, exist_ok=True)

    def producer() -> AIOKafkaProducer:
        return AIOKafkaProducer(**login.options(), acks="all", enable_idempotence=True)

    async def run() -> None:
        wire = Wire(folder, f"{postgres.host}/.s.PGSQL.{postgres.port}")
        server = await asyncio.start_unix_server(wire.take, wire.path)
        far = postgres.dsn(database).replace(str(postgres.host), str(folder))
        vanishing = asyncio.create_task(
            relay(f"{far} application_name=worker-1", producer, lambda: "/x/toy", login.prefix)
        )
        while await asyncio.to_thread(holder, postgres.dsn(database)) != 1:
            await asyncio.sleep(0.05)
        standby = make_runtime()
        await standby.start()
        await asyncio.sleep(1.5)
        wire.cut.set()
        with sessions.begin() as session:
            emit(session, Counted(thing="a", number=1))
        await settle([standby], login, timeout=PATIENCE)
        await standby.stop()
        vanishing.cancel()
        server.close()
        with suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(vanishing, 2)

    asyncio.run(run())
    with sessions.begin() as session:
        assert tallied(session, "a") == [1]


def test_a_topic_that_refuses_holds_back_its_own_rows_only(
    engines, engine, sessions, login, make_runtime, monkeypatch
):
    monkeypatch.setattr(relay_module, "AGAIN", 1.0)
    monkeypatch.setattr(
        relay_module, "BATCH", 7
    )  # what is held back, and what follows it, fills many batches
    elsewhere = login.prefix + "backstop.elsewhere"

    def say(first: int, count: int = 20) -> None:
        with sessions.begin() as session:
            for number in range(first, first + count):
                emit(session, Shouted(thing=str(number)), Counted(thing="a", number=number))

    async def run() -> tuple[int, list[str]]:
        runtime = make_runtime()
        say(0)
        await runtime.start()
        while runtime.unsent() > 20:
            await asyncio.sleep(0.05)
        say(20)
        while runtime.unsent() > 40:
            await asyncio.sleep(0.05)
        held = runtime.unsent()
        ensure_topics(engines.kafka, {elsewhere: 1})
        say(40, 1460)  # seconds of work: the topic is tried again in the midst of it
        await settle([runtime], login)
        await runtime.stop()
        shouted = await everything(login, lambda name: name == elsewhere)
        return held, [(one.key or b"").decode() for one in shouted]

    assert asyncio.run(run()) == (40, [str(number) for number in range(1500)])
    with sessions.begin() as session:
        assert tallied(session, "a") == list(range(1500))


# https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html: its
# defaults, and the two columns that the mapping in docs/operations.md adds (type as a header,
# tracingspancontext).
DEBEZIUM = {
    "id": "uuid",
    "aggregatetype": "text",
    "aggregateid": "text",
    "type": "text",
    "payload": "text",
    "tracingspancontext": "text",
}


def test_the_outbox_is_readable_by_debeziums_event_router(engine):
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'outbox'"
            )
        )
        columns = {row.column_name: row.data_type for row in rows}
    assert {name: columns.get(name) for name in DEBEZIUM} == DEBEZIUM
