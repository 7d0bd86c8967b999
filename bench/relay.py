"""Relay: committed outbox rows to the topic, in order, marked as sent.

Every contestant is at work before its clock starts (connected, logged in, one event sent); ours
starts with the commit of all rows and ends when none is unsent. What stands on the topic afterwards
is counted.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import perf_counter

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from psycopg import AsyncConnection
from sqlalchemy import text

from bench.consume import SOURCE, visit
from bench.contest import Figure, Goal, check, contest
from bench.place import Place
from kit.messaging.outbox import emit
from kit.messaging.relay import relay

PARTITIONS = 3
LEFT = "SELECT EXISTS (SELECT FROM outbox WHERE sent_at IS NULL)"
COUNT_SENT = "SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL"
ONE = """SELECT seq, id, created_at, aggregatetype, aggregateid, type, payload FROM outbox
    WHERE sent_at IS NULL ORDER BY seq LIMIT 1"""


class Relay:
    """The same rows three times: sent only, carried by the kit's relay, carried row by row."""

    def __init__(self, place: Place, count: int, few: int) -> None:
        self.place, self.count, self.few = place, count, few
        self.engine, self.sessions, self.dsn = place.database("unit")
        self.topic = place.topic("backstop.unit", PARTITIONS)

    def producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self.place.kafka.options(), acks="all", enable_idempotence=True, linger_ms=0
        )

    def _empty(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(text("TRUNCATE outbox"))

    def _fill(self, count: int) -> float:
        """Returns when it was committed."""
        with self.sessions.begin() as session:
            emit(session, *(visit(number) for number in range(count)))
        return perf_counter()

    async def _sent(self) -> float:
        """When the last row had been marked; asked seldom, since the asking takes of the same
        machine.
        """
        async with await AsyncConnection.connect(self.dsn, autocommit=True) as watch:
            while (row := await (await watch.execute(LEFT)).fetchone()) and row[0]:
                await asyncio.sleep(0.01)
        return perf_counter()

    def _marked(self, count: int) -> None:
        with self.engine.begin() as connection:
            marked = connection.execute(text(COUNT_SENT)).scalar_one()
        check(marked == count, f"{count} rows, {marked} marked")

    @asynccontextmanager
    async def _counted(self, count: int) -> AsyncIterator[None]:
        """The topic has so many records more."""
        async with AIOKafkaConsumer(**self.place.kafka.options()) as reader:
            partitions = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
            before = sum((await reader.end_offsets(partitions)).values())
            yield
            came = sum((await reader.end_offsets(partitions)).values()) - before
            check(came == count, f"{count} were sent, {came} came")

    async def produce_only(self) -> float:
        """The raw limit: no database at all; what one must send anyhow."""
        events = [visit(number) for number in range(self.count)]
        ready = [
            (
                event.subject.encode(),
                event.model_dump_json().encode(),
                _headers(event.type, event.subject),
            )
            for event in events
        ]
        async with self._counted(self.count + 1), self.producer() as producer:
            await producer.send_and_wait(
                self.topic, ready[0][1], key=ready[0][0], headers=ready[0][2]
            )
            began = perf_counter()
            sent = [
                await producer.send(self.topic, body, key=key, headers=headers)
                for key, body, headers in ready
            ]
            await asyncio.gather(*sent)
            return self.count / (perf_counter() - began)

    async def ours(self) -> float:
        self._empty()
        running = asyncio.create_task(relay(self.dsn, self.producer, lambda: SOURCE))
        try:
            async with self._counted(self.count + 1):
                self._fill(1)
                await self._sent()
                began = await asyncio.to_thread(self._fill, self.count)
                seconds = await self._sent() - began
            self._marked(self.count + 1)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        return self.count / seconds

    async def naive(self) -> float:
        """One row: read, sent, waited for, marked."""
        self._empty()
        self._fill(self.few)
        async with self._counted(self.few), self.producer() as producer:
            with psycopg.connect(self.dsn) as connection:
                began = perf_counter()
                while row := connection.execute(ONE).fetchone():
                    await producer.send_and_wait(
                        self.topic,
                        row[6].encode(),
                        key=row[4].encode(),
                        headers=_headers(row[5], row[4]),
                    )
                    connection.execute("UPDATE outbox SET sent_at = now() WHERE seq = %s", [row[0]])
                    connection.commit()
                seconds = perf_counter() - began
        self._marked(self.few)
        return self.few / seconds


def _headers(type: str, subject: str) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"01a20785-baf2-7b50-b4f5-639c6c18290b"),
        ("ce_type", type.encode()),
        ("ce_source", SOURCE.encode()),
        ("ce_subject", subject.encode()),
        ("ce_time", b"2026-09-21T08:00:00.000000+00:00"),
        ("content-type", b"application/json"),
    ]


async def measure(place: Place, rounds: int, *, quick: bool, say: Callable[[str], None]) -> Figure:
    field = Relay(place, 10_000 if quick else 30_000, 200 if quick else 500)
    results = await contest(
        {"produce only": field.produce_only, "ours": field.ours, "naive": field.naive}, rounds, say
    )
    return Figure(
        "relay",
        "relay",
        "events/s",
        results,
        [Goal("ours", "produce only", 0.50), Goal("ours", "naive", 1)],
    )
