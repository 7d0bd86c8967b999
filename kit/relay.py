"""Relay: carries committed outbox rows to Kafka, in order, at least once."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from psycopg import AsyncConnection

from kit.telemetry import traceparent

log = logging.getLogger(__name__)
BATCH = 1_000
AGAIN = 60.0  # seconds until a topic that refused is tried again
ALONE = "SELECT pg_try_advisory_lock(hashtext('relay'))"
UNSENT = """SELECT seq, id, created_at, aggregatetype, aggregateid, type, payload, tracingspancontext FROM outbox
    WHERE sent_at IS NULL AND aggregatetype <> ALL(%s) ORDER BY seq LIMIT %s"""
SENT = "UPDATE outbox SET sent_at = now() WHERE seq = ANY(%s)"
# A frozen holder is cut off, so that a stand-by may take over.
FROZEN = (
    "-c idle_session_timeout=10min -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
REFUSED = (InvalidTopicError, MessageSizeTooLargeError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError)
Rows = list[tuple[Any, ...]]


async def relay(
    database: str, producers: Callable[[], AIOKafkaProducer], source: Callable[[], str], prefix: str = ""
) -> None:
    """Run until cancelled; after a failure begin again with a new connection and a new, idempotent producer.

    `database` is a libpq conninfo, `source` gives the CloudEvents source, `prefix` stands before every topic's name.
    """
    while True:
        try:
            async with await AsyncConnection.connect(database, autocommit=True, options=FROZEN) as connection:
                while not await _alone(connection):
                    await asyncio.sleep(1)  # waiting inside pg_advisory_lock would hold back VACUUM
                async with producers() as producer:
                    await _carry(connection, producer, source, prefix)
        except (psycopg.Error, KafkaError, OSError) as error:
            log.warning("relay of %s begins again: %r", source(), error)
            await asyncio.sleep(1)


async def _alone(connection: AsyncConnection) -> bool:
    row = await (await connection.execute(ALONE)).fetchone()
    return bool(row and row[0])


async def _carry(
    connection: AsyncConnection, producer: AIOKafkaProducer, source: Callable[[], str], prefix: str
) -> None:
    await connection.execute("LISTEN outbox")
    refused: dict[str, float] = {}  # topic: when to try it again
    while True:
        while rows := await _unsent(connection, refused):
            if sent := await _send(producer, source, prefix, rows, refused):
                await connection.execute(SENT, [sent])
        await _wake_up(connection, after=1.0)


async def _unsent(connection: AsyncConnection, refused: dict[str, float]) -> Rows:
    still = [topic for topic, until in refused.items() if monotonic() < until]
    return await (await connection.execute(UNSENT, [still, BATCH])).fetchall()


async def _send(
    producer: AIOKafkaProducer, source: Callable[[], str], prefix: str, rows: Rows, refused: dict[str, float]
) -> list[int]:
    """Send `rows` and return the numbers of those that arrived; a topic that refuses one is held back from there on."""
    sent: dict[int, asyncio.Future] = {}
    held: set[str] = set()
    for seq, id, time, topic, subject, type, payload, trace in rows:
        if topic in held:
            continue
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", str(id).encode()),
            ("ce_type", type.encode()),
            ("ce_source", source().encode()),
            ("ce_subject", subject.encode()),
            ("ce_time", time.isoformat().encode()),
            ("content-type", b"application/json"),
        ]
        if trace:
            headers.append(("traceparent", traceparent(trace)))
        try:
            sent[seq] = await producer.send(prefix + topic, payload.encode(), key=subject.encode(), headers=headers)
        except REFUSED as error:
            held.add(topic)
            refused[topic] = monotonic() + AGAIN
            log.error("held back: %s from event %s on: %r", topic, id, error)
    await asyncio.gather(*sent.values())
    return list(sent)


async def _wake_up(connection: AsyncConnection, after: float) -> None:
    with contextlib.suppress(TimeoutError):
        async for _ in connection.notifies(timeout=after, stop_after=1):
            pass
