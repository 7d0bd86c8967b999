"""Consumer: a fetched batch is one transaction; one bad event neither blocks nor loses its
neighbours.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.clock import Clock, system_clock
from kit.database.sessions import answers
from kit.errors import Refused
from kit.messaging.dead_letters import BEHIND, UNKNOWN, bury, bury_of_others, not_held, why
from kit.messaging.fault import everybodys, may_be_the_engines
from kit.messaging.inbox import Envelope, Handlers, Unreadable, handled_before
from kit.messaging.unpacking import rewind
from kit.telemetry import timed
from schemas.event import Event

log = logging.getLogger(__name__)
Records = Sequence[ConsumerRecord]
BATCH = 2000  # records in a transaction, at most
OF_OTHERS = 200  # as many of others' systems, and no more than BYTES of them: whoever they are
BYTES = 4 * 2**20
AGAIN = 1.0  # seconds until what cannot be handled now is tried again
TIMES = 5  # one record is tried, while the engine answers others: it may have lost a race
# No statement takes longer; below the two minutes after which a process counts as stuck.
LIMIT = text("SET LOCAL statement_timeout = '60s'")


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
    *,
    others: bool = False,
) -> Any:
    """Feed `handlers` from `topics` (or all that match `pattern`); what cannot be handled goes to
    the dead letters. `others`: systems that are not ours write there, and each topic has a border.
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
    pulse = pulse or Pulse()
    consumer = _Consumer(group, sessions, handlers, prefix, clock, pulse, subscriber)

    # FastStream's own parser and decoder fail on a null or non-UTF-8 header before any handler, and
    # lose the batch (decisions/0009, also for `_fetch`).
    async def raw(records: Records) -> KafkaAckableMessage:
        return KafkaAckableMessage(body=b"", raw_message=records, consumer=subscriber.consumer)

    async def undecoded(message: KafkaMessage) -> None:
        return None

    subscriber.get_msg = _fetch_of_others if others else _fetch
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


async def _fetch_of_others(consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
    """One by one, since one may be as large as a batch unpacks to."""
    records: list[ConsumerRecord] = []
    size = 0
    try:
        while len(records) < OF_OTHERS and size < BYTES:
            patience = 0 if records else 1000
            page = await consumer.getmany(timeout_ms=patience, max_records=1)
            if not page:
                break
            for record in chain(*page.values()):
                records.append(record)
                size += len(record.value or b"") + 64 * len(record.headers)
    except Exception:
        await rewind(consumer)
        raise
    return tuple(records)


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
        error = await self._attempt(records)
        if error is None:
            return
        if len(records) == 1:
            await self._lay_aside(records[0], error)
        else:
            middle = len(records) // 2
            await self._handle(records[:middle])
            await self._handle(records[middle:])

    async def _attempt(self, records: Records) -> Exception | None:
        """Why they could not be handled although the engine answers others; None when they are.
        What others feel too is waited for.
        """
        left = TIMES if len(records) == 1 else 1
        while True:
            self.pulse.beat(busy=True)
            try:
                return await asyncio.to_thread(self._apply, records)
            except Exception as error:
                if not await self._others_feel(error):
                    left -= 1
                    if not left or isinstance(error, Refused):  # no race: it says why not
                        return error
                    if not may_be_the_engines(error):
                        continue
                await self._wait(error)

    def _apply(self, records: Records) -> None:
        ours, bordered = self.handlers.parted(records, self.prefix)
        opened = ((record, self._open(record)) for record in ours)
        concern = [(record, content) for record, content in opened if self._concerns(content)]
        if not concern and not bordered:
            return  # what others say to one another needs no transaction of ours
        with timed(self.group.removeprefix(self.prefix)), self.sessions.begin() as session:
            session.execute(LIMIT)
            self._tell_the_time(session)
            self.handlers.apply(session, list(self._sort(session, concern)), self.prefix)
            for border, theirs in bordered:
                border.take(session, theirs, self.prefix)

    def _tell_the_time(self, session: Session) -> None:
        """Our own receipt, and the clock that reads the broker's (`inbox.received_at`)."""
        session.info["now"], session.info["clock"] = self.clock(), self.clock

    def _open(self, record: ConsumerRecord) -> Envelope | Exception:
        """What it says, or what is wrong with it by itself."""
        try:
            return self.handlers.open(record, self.prefix)
        except (Unreadable, ValidationError) as error:
            return error

    def _concerns(self, content: Envelope | Exception) -> bool:
        if isinstance(content, Exception):
            return True
        return content.event is not None or content.type not in Event.known

    def _sort(
        self, session: Session, concern: Sequence[tuple[ConsumerRecord, Envelope | Exception]]
    ) -> Iterator[Envelope]:
        """Those to be handled; the others are laid aside, and their aggregates' later ones."""
        free = set(map(id, not_held(session, [record for record, _ in concern])))
        holding: set[tuple[str, bytes | None]] = set()
        for record, content in concern:
            if id(record) not in free:
                continue
            if isinstance(content, Exception):
                if not handled_before(session, record):
                    self._say(record, content)
                    bury(session, record, content)
                    holding.add((record.topic, record.key))
            elif holding and record.key is not None and (record.topic, record.key) in holding:
                bury(session, record, BEHIND)
            elif content.type in Event.known:
                yield content
            else:  # kept for the version that knows it; nothing waits behind it
                bury(session, record, UNKNOWN, holds=False)

    async def _lay_aside(self, record: ConsumerRecord, error: Exception) -> None:
        """As it came, or else its place and the reason; what stops that stops every letter: wait."""
        self._say(record, error)
        for turn in count(1):
            failure = await self._letter(record, error, patient=bool(turn % TIMES))
            if failure is None:
                return
            await self._wait(failure)

    async def _letter(
        self, record: ConsumerRecord, error: Exception, *, patient: bool
    ) -> Exception | None:
        """Why none could be written: all of it, its place with an answer to its sender, its place.
        `patient`: what may be the engine's is not the letter's.
        """
        failure: Exception | None = None
        for bare, answered in ((False, True), (True, True), (True, False)):
            self.pulse.beat(busy=True)
            try:
                await asyncio.to_thread(self._bury, record, error, bare, answered)
            except Exception as wrong:
                failure = wrong
                if everybodys(wrong) or (patient and may_be_the_engines(wrong)):
                    break
            else:
                return None
        return failure

    def _bury(self, record: ConsumerRecord, error: Exception, bare: bool, answered: bool) -> None:
        border = self.handlers.border_of(record.topic, self.prefix)
        with self.sessions.begin() as session:
            self._tell_the_time(session)
            if border is None:
                bury(session, record, error, bare=bare)
                return
            kept = bury_of_others(session, record, error, bare=bare)
            if answered:
                border.postpone(session, record, self.prefix, kept and not bare)

    def _say(self, record: ConsumerRecord, error: Exception) -> None:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        log.error("%s lays aside %s: %s", self.group, place, why(error))

    async def _others_feel(self, error: Exception) -> bool:
        if everybodys(error) or not may_be_the_engines(error):
            return everybodys(error)
        return not await asyncio.to_thread(answers, self.sessions.kw["bind"])

    async def _wait(self, error: Exception) -> None:
        if not self.subscriber.running:
            raise error  # who stops need not wait: uncommitted, it comes again
        log.warning("%s waits: %s", self.group, why(error))
        await asyncio.sleep(AGAIN)
