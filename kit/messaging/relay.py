"""Relay: carries committed outbox rows to Kafka, in order, at least once."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from itertools import count
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
# One round trip: mark what has arrived, and read on past that and past what is still on its way.
MARK_AND_READ = """WITH arrived AS (UPDATE outbox SET sent_at = now() WHERE seq = ANY(%(arrived)s))
    SELECT seq, CAST(id AS text), to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
        aggregatetype, aggregateid, type, payload, tracingspancontext
    FROM outbox WHERE sent_at IS NULL AND seq > %(after)s AND seq <> ALL(%(known)s) AND aggregatetype <> ALL(%(refused)s)
    ORDER BY seq LIMIT %(batch)s"""
MARK = "UPDATE outbox SET sent_at = now() WHERE seq = ANY(%s)"
# Whoever holds the lock speaks every second; one that is frozen, or whose host vanished, is cut off
# for a stand-by.
ALIVE, FROZEN = 1.0, "-c idle_session_timeout=5s"
# The unsent are read in the order of their index: a planner without fresh statistics would sort all
# of them each time.
IN_ORDER = "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off"
FROM_THE_START = 20  # batches: under a standing backlog, too, a row committed late is seen
REFUSED = (
    InvalidTopicError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
Rows = list[tuple[Any, ...]]
Flight = dict[int, tuple[str, asyncio.Future]]  # number of a row: its topic, and whether it arrives


async def relay(
    database: str,
    producers: Callable[[], AIOKafkaProducer],
    source: Callable[[], str],
    prefix: str = "",
) -> None:
    """Run until cancelled; after a failure begin again with a new connection and a new, idempotent
    producer.

    `database` is a libpq conninfo, `source` gives the CloudEvents source, `prefix` stands before
    every topic's name.
    """
    refused: dict[str, float] = {}  # topic: when to try it again
    while True:
        try:
            async with await AsyncConnection.connect(
                database, autocommit=True, options=f"{FROZEN} {IN_ORDER}"
            ) as connection:
                while not await _alone(connection):
                    # waiting inside pg_advisory_lock would hold back VACUUM
                    await asyncio.sleep(ALIVE)
                async with producers() as producer:
                    await _carry(connection, producer, source, prefix, refused)
        except (psycopg.Error, KafkaError, OSError) as error:
            log.warning("relay of %s begins again: %r", source(), error)
            await asyncio.sleep(1)


async def _alone(connection: AsyncConnection) -> bool:
    row = await (await connection.execute(ALONE)).fetchone()
    return bool(row and row[0])


async def _carry(
    connection: AsyncConnection,
    producer: AIOKafkaProducer,
    source: Callable[[], str],
    prefix: str,
    refused: dict[str, float],
) -> None:
    """Two batches at a time: while one is on its way, the next is read. Rows leave in the order of
    their numbers, and an aggregate's numbers stand in the order of its commits; another aggregate's
    lower number may be committed later, so a full batch is followed by what comes after it, and any
    other by a look from the start.
    """
    await connection.execute("LISTEN outbox")
    existing: set[str] = set()  # topics that this producer has found
    flying: Flight = {}
    arrived: list[int] = []
    after, still = 0, list[str]()
    for turn in count(1):
        before, still = still, [topic for topic, until in refused.items() if monotonic() < until]
        if still != before:
            after = 0  # rows that were held back stand before those that come
        parameters = {
            "arrived": arrived,
            "known": [*arrived, *flying],
            "refused": still,
            "batch": BATCH,
            "after": after,
        }
        rows = await (await connection.execute(MARK_AND_READ, parameters)).fetchall()
        after = rows[-1][0] if len(rows) == BATCH and turn % FROM_THE_START else 0
        await _look_for(producer, {prefix + row[3] for row in rows} - existing, existing)
        following = await _send(producer, source, prefix, rows, refused, existing)
        arrived = await _landed(connection, flying, refused)
        flying = following
        if not flying and not arrived:
            await _wake_up(connection, after=ALIVE)


async def _look_for(producer: AIOKafkaProducer, topics: set[str], existing: set[str]) -> None:
    """The producer itself would wait for a missing topic for 40 s, and everybody's rows with it."""
    for topic in topics:
        with contextlib.suppress(TimeoutError, *REFUSED):
            await asyncio.wait_for(producer.partitions_for(topic), 2)
            existing.add(topic)


async def _send(
    producer: AIOKafkaProducer,
    source: Callable[[], str],
    prefix: str,
    rows: Rows,
    refused: dict[str, float],
    existing: set[str],
) -> Flight:
    """Let `rows` fly; a topic that is not there, or refuses one, is held back from there on."""
    flying: Flight = {}
    held: set[str] = set()
    always = [
        ("ce_specversion", b"1.0"),
        ("ce_source", source().encode()),
        ("content-type", b"application/json"),
    ]
    for seq, id, time, topic, subject, type, payload, trace in rows:
        if topic in held:
            continue
        key = subject.encode()
        headers = _headers(id, type, key, time, trace) + always
        try:
            if prefix + topic not in existing:
                raise UnknownTopicOrPartitionError
            sent = await producer.send(prefix + topic, payload.encode(), key=key, headers=headers)
            flying[seq] = topic, sent
        except REFUSED as error:
            held.add(topic)
            _hold(refused, topic, error)
    return flying


def _headers(
    id: str, type: str, subject: bytes, time: str, trace: str | None
) -> list[tuple[str, bytes]]:
    """What an event says of itself: CloudEvents' attributes, and the trace it belongs to."""
    headers = [
        ("ce_id", id.encode()),
        ("ce_type", type.encode()),
        ("ce_subject", subject),
        ("ce_time", time.encode()),
    ]
    if trace:
        headers.append(("traceparent", traceparent(trace)))
    return headers


async def _landed(
    connection: AsyncConnection, flying: Flight, refused: dict[str, float]
) -> list[int]:
    """Wait until each has arrived or failed. After a failure mark the others and raise: the
    producer's numbers of that partition have a gap, only a new producer can go on.
    """
    waiting = {future for _, future in flying.values()}
    while waiting:
        _, waiting = await asyncio.wait(waiting, timeout=ALIVE)
        if waiting:
            await connection.execute("SELECT 1")
    failed: BaseException | None = None
    arrived = []
    for seq, (topic, future) in flying.items():
        if error := future.exception():
            failed = error
            if isinstance(error, REFUSED):
                _hold(refused, topic, error)
        else:
            arrived.append(seq)
    if failed:
        await connection.execute(MARK, [arrived])
        raise failed
    return arrived


def _hold(refused: dict[str, float], topic: str, error: BaseException) -> None:
    refused[topic] = monotonic() + AGAIN
    log.error("held back: %s: %r", topic, error)


async def _wake_up(connection: AsyncConnection, after: float) -> None:
    with contextlib.suppress(TimeoutError):
        async for _ in connection.notifies(timeout=after, stop_after=1):
            pass
