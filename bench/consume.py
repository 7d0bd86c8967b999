"""Consume → commit: visits of a month from the topic into the county's database, offset last. Hot:
handled as sets.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from psycopg import AsyncConnection
from sqlalchemy import event as hooks
from sqlalchemy import text
from sqlmodel import Session

from backstop.services import service_named
from bench.contest import Figure, Goal, check, contest
from bench.place import COUNTY, Place
from kit.messaging.consumer import subscribe
from kit.messaging.inbox import Handlers
from schemas.codes import RiskCause, VisitMode
from schemas.unit import VisitRecorded
from schemas.values import Since
from services.county.missed_discoveries.models import Visit

SOURCE = f"/backstop/{COUNTY}/unit"
EMPTY = text("TRUNCATE inbox, helper_visit")
COUNTED = text("SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM helper_visit)")
REMEMBER = "INSERT INTO inbox (source, id) SELECT * FROM unnest(%s::text[], %s::uuid[]) ON CONFLICT DO NOTHING RETURNING id"
COPY = 'COPY helper_visit (visit, household, helper, unit, month, "on", mode, reached, at_risk, causes, since_about) FROM STDIN'
BATCH = 2000


def visit(number: int) -> VisitRecorded:
    return VisitRecorded(
        visit=str(uuid4()),
        household=str(uuid4()),
        helper=f"U001-{number % 90:02}",
        unit="U001",
        month="2026-09",
        on=date(2026, 9, 1 + number % 20),
        mode=VisitMode.FIELD_VISIT if number % 2 else VisitMode.PHONE,
        causes=(RiskCause.ILLNESS,) if number % 7 == 0 else (),
        since=Since(),
        recorded_on=date(2026, 9, 21),
    )


async def fill(place: Place, topic: str, count: int) -> None:
    """`count` visits as the relay would have sent them."""
    async with AIOKafkaProducer(
        **place.kafka.options(), acks="all", enable_idempotence=True, linger_ms=5
    ) as producer:
        sent = []
        for number in range(count):
            event = visit(number)
            headers = {
                "ce_specversion": "1.0",
                "ce_id": str(uuid4()),
                "ce_type": event.type,
                "ce_source": SOURCE,
                "ce_subject": event.subject,
                "ce_time": "2026-09-21T08:00:00+00:00",
            }
            sent.append(
                await producer.send(
                    topic,
                    event.model_dump_json().encode(),
                    key=event.subject.encode(),
                    headers=[(name, value.encode()) for name, value in headers.items()],
                )
            )
        await asyncio.gather(*sent)


class Watch:
    """From the first batch in hand to the last commit."""

    def __init__(self, count: int) -> None:
        self.left, self.began, self.ended = count, 0.0, 0.0
        self.done = asyncio.Event()

    def begin(self) -> None:
        self.began = self.began or perf_counter()

    def end(self, handled: int) -> None:
        self.left -= handled
        if self.left <= 0:
            self.ended = perf_counter()
            self.done.set()

    async def seconds(self) -> float:
        await asyncio.wait_for(self.done.wait(), 300)
        return self.ended - self.began


class Consume:
    """The three contestants, each with a database of its own and the same records."""

    def __init__(self, place: Place, count: int, few: int) -> None:
        self.place, self.count, self.few = place, count, few
        self.engine, self.sessions, self.dsn = place.database("county")
        self.many_topic, self.few_topic = (
            place.topic("backstop.unit"),
            place.topic("few.backstop.unit"),
        )

    async def prepare(self) -> None:
        await fill(self.place, self.many_topic, self.count)
        await fill(self.place, self.few_topic, self.few)

    def _empty(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(EMPTY)

    def _check(self, count: int) -> None:
        with self.engine.begin() as connection:
            counts = tuple(connection.execute(COUNTED).one())
        check(counts == (count, count), f"{count} visits were sent, inbox and table hold {counts}")

    async def raw(self) -> float:
        """By hand: aiokafka, json, the driver; one transaction a batch."""
        self._empty()
        watch = Watch(self.count)
        options = {
            "group_id": f"raw-{secrets.token_hex(4)}",
            "auto_offset_reset": "earliest",
            "enable_auto_commit": False,
        }
        async with (
            AIOKafkaConsumer(self.many_topic, **self.place.kafka.options(), **options) as consumer,
            await AsyncConnection.connect(self.dsn) as connection,
        ):
            while watch.left > 0:
                records = [
                    record
                    for part in (
                        await consumer.getmany(timeout_ms=1000, max_records=BATCH)
                    ).values()
                    for record in part
                ]
                if records:
                    watch.begin()
                    await _apply(connection, records)
                    await consumer.commit()
                    watch.end(len(records))
        self._check(self.count)
        return self.count / await watch.seconds()

    async def ours(self) -> float:
        """The kit's consumer with the county's own handlers."""
        self._empty()
        watch = Watch(self.count)
        broker = KafkaBroker(
            self.place.kafka.servers, security=self.place.kafka.security, logger=None
        )
        subscribe(
            broker,
            f"ours-{secrets.token_hex(4)}",
            self.sessions,
            _Timed(service_named("county").handlers, watch),
            [self.many_topic],
        )
        loop = asyncio.get_running_loop()
        listener = _after_commit(
            self.sessions, lambda count: loop.call_soon_threadsafe(watch.end, count)
        )
        await broker.start()
        try:
            seconds = await watch.seconds()
        finally:
            await broker.stop()
            hooks.remove(self.sessions, "after_commit", listener)
        self._check(self.count)
        return self.count / seconds

    async def naive(self) -> float:
        """One message, one session, one commit, one offset."""
        self._empty()
        watch = Watch(self.few)
        broker = KafkaBroker(
            self.place.kafka.servers, security=self.place.kafka.security, logger=None
        )

        @broker.subscriber(
            self.few_topic,
            group_id=f"naive-{secrets.token_hex(4)}",
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.ACK,
        )
        async def take(body: VisitRecorded, message: KafkaMessage) -> None:
            watch.begin()
            self._record(body, message.headers)
            watch.end(1)

        await broker.start()
        try:
            seconds = await watch.seconds()
        finally:
            await broker.stop()
        self._check(self.few)
        return self.few / seconds

    def _record(self, body: VisitRecorded, headers: Mapping[str, str]) -> None:
        """One transaction as one writes it first: is it new, then the row by the mapper."""
        remember = text(
            "INSERT INTO inbox (source, id) VALUES (:source, :id) ON CONFLICT DO NOTHING RETURNING id"
        )
        event = {"source": headers["ce_source"], "id": UUID(headers["ce_id"])}
        with self.sessions() as session:
            if session.execute(remember, event).one_or_none():
                session.add(
                    Visit(
                        **body.model_dump(exclude={"since", "recorded_on", "causes", "mode"}),
                        mode=body.mode,
                        causes=list(body.causes),
                        since_about=body.since.about,
                    )
                )
            session.commit()


class _Timed(Handlers):
    """The service's handlers; remembers when the first batch came and how many records each
    transaction has.
    """

    def __init__(self, real: Handlers, watch: Watch) -> None:
        vars(self).update(vars(real))
        self._watch = watch

    def apply(self, session: Session, envelopes: Any, prefix: str = "") -> None:
        self._watch.begin()
        session.info["handled"] = len(envelopes)
        super().apply(session, envelopes, prefix)


def _after_commit(sessions: Any, notify: Callable[[int], object]) -> Callable[[Session], None]:
    def listener(session: Session) -> None:
        notify(session.info.pop("handled", 0))

    hooks.listen(sessions, "after_commit", listener)
    return listener


async def _apply(connection: AsyncConnection, records: Sequence[ConsumerRecord]) -> None:
    headers = [dict(record.headers) for record in records]
    ids = [UUID(header["ce_id"].decode()) for header in headers]
    async with connection.transaction(), connection.cursor() as cursor:
        await cursor.execute(REMEMBER, ([header["ce_source"].decode() for header in headers], ids))
        fresh = {row[0] for row in await cursor.fetchall()}
        async with cursor.copy(COPY) as copy:
            for id, record in zip(ids, records, strict=True):
                if id in fresh:
                    body = json.loads(record.value or b"")
                    await copy.write_row(
                        (
                            body["visit"],
                            body["household"],
                            body["helper"],
                            body["unit"],
                            body["month"],
                            body["on"],
                            body["mode"],
                            body["reached"],
                            body["at_risk"],
                            body["causes"],
                            body["since"]["about"],
                        )
                    )


async def measure(place: Place, rounds: int, *, quick: bool, say: Callable[[str], None]) -> Figure:
    field = Consume(place, 8_000 if quick else 30_000, 150 if quick else 400)
    await field.prepare()
    results = await contest(
        {"raw": field.raw, "ours": field.ours, "naive": field.naive}, rounds, say
    )
    return Figure(
        "consume",
        "consume → commit",
        "events/s",
        results,
        [Goal("ours", "raw", 0.80), Goal("ours", "naive", 80)],
    )
