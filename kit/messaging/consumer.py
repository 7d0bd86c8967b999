"""Consumer: a fetched batch is one transaction; one bad event neither blocks nor loses its
neighbours.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from time import monotonic
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.clock import Clock, system_clock
from kit.messaging.dead_letters import UNKNOWN, bury, not_held, why
from kit.messaging.inbox import Handlers, read
from kit.messaging.unpacking import rewind
from kit.telemetry import timed
from schemas.event import Event

log = logging.getLogger(__name__)
Records = Sequence[ConsumerRecord]
BATCH = 2000  # records in a transaction, at most
AGAIN = 1.0  # seconds until what cannot be handled now is tried again
# SQLSTATEs: unreachable, read-only, conflict, not migrated yet (three), full, locked, stopping,
# disk
PASSING = ("08", "25006", "40", "42501", "42703", "42P01", "53", "55P03", "57P", "58")


@dataclass
class Pulse:
    """The last sign of life: `at` (monotonic seconds; at first when it was made), and whether a
    batch is being handled.
    """

    at: float = field(default_factory=monotonic)
    busy: bool = False

    def beat(self, *, busy: bool) -> None:
        self.at, self.busy = monotonic(), busy


def subscribe(
    broker: KafkaBroker,
    group: str,
    sessions: sessionmaker[Session],
    handlers: Handlers,
    topics: Sequence[str],
    pattern: str | None = None,
    prefix: str = "",
    clock: Clock = system_clock,
    pulse: Pulse | None = None,
) -> Any:
    """Feed `handlers` from `topics` (or all that match `pattern`); what cannot be handled goes to
    the dead letters.
    """
    subscriber: Any = broker.subscriber(
        *topics,
        pattern=pattern,
        group_id=group,
        batch=True,
        fetch_max_wait_ms=50,  # a request under way may lack the partition that has news by now
        auto_offset_reset="earliest",
        # FastStream swallows what escapes: without a nack the next commit would pass over it
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    consumer = _Consumer(group, sessions, handlers, prefix, clock, pulse or Pulse(), subscriber)

    # FastStream's own parser and decoder fail on a null or non-UTF-8 header before any handler, and
    # lose the batch (decisions/0009, also for `_fetch`).
    async def raw(records: Records) -> KafkaAckableMessage:
        return KafkaAckableMessage(body=b"", raw_message=records, consumer=subscriber.consumer)

    async def undecoded(message: KafkaMessage) -> None:
        return None

    subscriber.get_msg = _fetch
    subscriber(consumer.take, parser=raw, decoder=undecoded)
    return subscriber


async def _fetch(consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
    """FastStream's own sleeps 200 ms after each 200 ms without a record, deaf to what comes
    meanwhile.
    """
    try:
        return tuple(chain(*(await consumer.getmany(timeout_ms=1000, max_records=BATCH)).values()))
    except Exception:
        await rewind(consumer)
        raise


@dataclass(frozen=True)
class _Consumer:
    """What one group does with its batches, and how it fails."""

    group: str
    sessions: sessionmaker[Session]
    handlers: Handlers
    prefix: str
    clock: Clock
    pulse: Pulse
    subscriber: Any

    async def take(self, message: KafkaMessage) -> None:
        await self._handle(message.raw_message)
        self.pulse.beat(busy=False)

    async def _handle(self, records: Records) -> None:
        """All at once, else in halves, down to the one that fails."""
        alone = len(records) == 1  # then twice more: it may have lost a race
        error = await self._attempt(records, times=3 if alone else 1)
        if error is None:
            return
        if alone:
            await self._lay_aside(records[0], error)
        else:
            middle = len(records) // 2
            await self._handle(records[:middle])
            await self._handle(records[middle:])

    async def _attempt(self, records: Records, times: int) -> Exception | None:
        """The last of so many failures, if none succeeded; what will pass is none and is waited
        for.
        """
        while True:
            self.pulse.beat(busy=True)
            try:
                return await asyncio.to_thread(self._apply, records)
            except Exception as error:
                if will_pass(error):
                    await self._wait(error)
                    continue
                times -= 1
                if not times:
                    return error

    def _apply(self, records: Records) -> None:
        ours, others = self.handlers.parted(records, self.prefix)
        envelopes = {id(record): read(record) for record in ours}
        concern = [record for record in ours if self._concerns(envelopes[id(record)].type)]
        if not concern and not others:
            return  # what others say to one another needs no transaction of ours
        with timed(self.group.removeprefix(self.prefix)), self.sessions.begin() as session:
            self._tell_the_time(session)
            known = []
            for record in not_held(session, concern):
                envelope = envelopes[id(record)]
                if envelope.type in Event.known:
                    known.append(envelope)
                else:  # kept for the version that knows it; nothing waits behind it
                    bury(session, record, UNKNOWN, holds=False)
            self.handlers.apply(session, known, self.prefix)
            for border, theirs in others:
                border.take(session, theirs, self.prefix)

    def _tell_the_time(self, session: Session) -> None:
        """Our own receipt, and the clock that reads the broker's (`inbox.received_at`)."""
        session.info["now"], session.info["clock"] = self.clock(), self.clock

    def _concerns(self, type: str) -> bool:
        return type in self.handlers.types or type not in Event.known

    async def _lay_aside(self, record: ConsumerRecord, error: Exception) -> None:
        log.error("%s lays aside %s/%s: %s", self.group, record.topic, record.offset, why(error))
        while True:
            self.pulse.beat(busy=True)
            try:
                return await asyncio.to_thread(self._bury, record, error)
            except Exception as failure:
                await self._wait(failure)

    def _bury(self, record: ConsumerRecord, error: Exception) -> None:
        border = self.handlers.border_of(record.topic, self.prefix)
        with self.sessions.begin() as session:
            self._tell_the_time(session)
            bury(session, record, error, holds=border is None)
            if border:
                border.postpone(session, record, self.prefix)

    async def _wait(self, error: Exception) -> None:
        if not self.subscriber.running:
            raise error  # who stops need not wait: uncommitted, it comes again
        log.warning("%s waits: %r", self.group, error)
        await asyncio.sleep(AGAIN)


def will_pass(error: BaseException) -> bool:
    """The engine is down, busy or not ready: no event's fault, so wait."""
    # SQLAlchemy wraps what it runs itself; COPY fails bare
    error = getattr(error, "orig", None) or error
    state = getattr(error, "sqlstate", None)
    if state:
        return state.startswith(PASSING)
    return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError, PoolExhausted))
