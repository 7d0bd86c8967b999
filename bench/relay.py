"""Relay: committed outbox rows to the topic, in order, marked as sent."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

import psycopg
from aiokafka import AIOKafkaProducer
from psycopg import AsyncConnection
from sqlalchemy import text

from bench.consume import SOURCE, visit
from bench.contest import Figure, Goal, check, contest
from bench.place import Place
from kit.outbox import emit
from kit.relay import relay

COUNT_SENT = "SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL"
ONE = """SELECT seq, id, created_at, aggregatetype, aggregateid, type, payload FROM outbox
    WHERE sent_at IS NULL ORDER BY seq LIMIT 1"""


class Relay:
    """The same rows three times: sent only, carried by the kit's relay, carried row by row."""

    def __init__(self, place: Place, count: int, few: int) -> None:
        self.place, self.count, self.few = place, count, few
        self.engine, self.sessions, self.dsn = place.database("unit")
        self.topic = place.topic("backstop.unit")

    def producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(**self.place.kafka.options(), acks="all", enable_idempotence=True, linger_ms=0)

    def _fill(self, count: int) -> None:
        with self.engine.begin() as connection:
            connection.execute(text("TRUNCATE outbox"))
        with self.sessions.begin() as session:
            emit(session, *(visit(number) for number in range(count)))

    async def _sent(self, count: int) -> None:
        async with await AsyncConnection.connect(self.dsn, autocommit=True) as watch:
            while True:
                row = await (await watch.execute(COUNT_SENT)).fetchone()
                if row and row[0] == count:
                    return
                await asyncio.sleep(0.005)

    async def produce_only(self) -> float:
        """The raw limit: no database at all; what one must send anyhow."""
        events = [visit(number) for number in range(self.count)]
        ready = [
            (one.subject.encode(), one.model_dump_json().encode(), _headers(one.type, one.subject)) for one in events
        ]
        async with self.producer() as producer:
            await producer.send_and_wait(self.topic, b"{}", key=b"warm")
            began = perf_counter()
            sent = [await producer.send(self.topic, body, key=key, headers=headers) for key, body, headers in ready]
            await asyncio.gather(*sent)
            return self.count / (perf_counter() - began)

    async def ours(self) -> float:
        self._fill(self.count)
        began = perf_counter()
        running = asyncio.create_task(relay(self.dsn, self.producer, lambda: SOURCE))
        await self._sent(self.count)
        seconds = perf_counter() - began
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        return self.count / seconds

    async def naive(self) -> float:
        """One row: read, sent, waited for, marked."""
        self._fill(self.few)
        async with self.producer() as producer:
            with psycopg.connect(self.dsn) as connection:
                began = perf_counter()
                while row := connection.execute(ONE).fetchone():
                    await producer.send_and_wait(
                        self.topic, row[6].encode(), key=row[4].encode(), headers=_headers(row[5], row[4])
                    )
                    connection.execute("UPDATE outbox SET sent_at = now() WHERE seq = %s", [row[0]])
                    connection.commit()
                seconds = perf_counter() - began
                found = connection.execute(COUNT_SENT).fetchone()
        check(found == (self.few,), f"{self.few} rows, {found} marked")
        return self.few / seconds


def _headers(type: str, subject: str) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"), ("ce_id", b"01a20785-baf2-7b50-b4f5-639c6c18290b"), ("ce_type", type.encode()),
        ("ce_source", SOURCE.encode()), ("ce_subject", subject.encode()),
        ("ce_time", b"2026-09-21T08:00:00.000000+00:00"), ("content-type", b"application/json"),
    ]  # fmt: skip


async def measure(place: Place, rounds: int, *, quick: bool, said: Callable[[str], None]) -> Figure:
    field = Relay(place, 10_000 if quick else 30_000, 200 if quick else 500)
    found = await contest({"produce only": field.produce_only, "ours": field.ours, "naive": field.naive}, rounds, said)
    return Figure("relay", "relay", "events/s", found, [Goal("ours", "produce only", 0.50), Goal("ours", "naive", 1)])
