"""A service at work: its consumer, its relay, its sealer and its clock, started and stopped together."""

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from faststream.kafka import KafkaBroker
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit import audit, deadlines, retention, telemetry
from kit.clock import Clock, system_clock
from kit.database.migrations import is_current
from kit.database.reencryption import reencryption
from kit.messaging.beginning import begin
from kit.messaging.consumer import Pulse, subscribe
from kit.messaging.kafka import KafkaLogin, go_on_where
from kit.messaging.relay import relay
from kit.prober import Prober
from kit.service import OF_OTHERS, Service, pattern

log = logging.getLogger(__name__)
UNSENT = text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
STATE = text("""SELECT
    (SELECT count(*) FROM outbox WHERE sent_at IS NULL) AS unsent,
    (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox WHERE sent_at IS NULL) AS oldest_unsent,
    (SELECT count(*) FROM dead_letter) AS dead_letters,
    (SELECT count(*) FROM deadline WHERE fired_at IS NULL AND at <= :now) AS overdue,
    (SELECT count(*) FROM deadline WHERE fired_at IS NULL AND error IS NOT NULL) AS failed""")
FORGETTING = 3600.0  # seconds between two looks at what was kept long enough
STUCK = 120.0  # seconds without progress although there is work
READ_FIRST = 600.0  # seconds that deadlines wait for what was sent before them (BH-03)


@dataclass
class Listener:
    """One consumer group of a service. What others' systems write is read by another one than what
    our services say, so that neither waits for the other (BH-05).
    """

    name: str
    topics: Sequence[str]
    others: bool = False
    pulse: Pulse = field(default_factory=Pulse)
    subscriber: Any = None

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        return self.subscriber and self.subscriber.consumer

    @property
    def ended(self) -> bool:
        subscriber = self.subscriber
        return not subscriber.running or any(task.done() for task in subscriber.tasks)

    async def behind(self) -> int:
        """Records announced to this process and not yet handled by it."""
        if self.consumer is None:
            return 0
        behind = 0
        for partition in self.consumer.assignment():
            end = self.consumer.highwater(partition)
            if end is not None:  # known after the first fetch
                place = await asyncio.wait_for(self.consumer.position(partition), 5)
                behind += max(0, end - place)
        return behind

    async def still(self) -> float:
        """Seconds without progress although there is work."""
        if not self.pulse.busy and not await self.behind():
            self.pulse.beat(busy=False)  # who has nothing to do is not stuck: time counts from here
        return monotonic() - self.pulse.at


class Runtime:
    """One service's background work. `every` is how often the sweep runs, in seconds; None: only
    when told. `heads`: the folder in which the audit's head is written down once a day.
    """

    def __init__(
        self,
        service: Service,
        *,
        engine: Engine,
        sessions: sessionmaker[Session],
        dsn: str,
        kafka: KafkaLogin,
        clock: Clock,
        county: str,
        every: float | None = 30,
        heads: Path | None = None,
    ) -> None:
        self.heads = heads
        self.service, self.engine, self.sessions, self.clock = service, engine, sessions, clock
        self.dsn, self.kafka, self.county, self.every = dsn, kafka, county, every
        self.listeners = [Listener(service.name, service.heard_of_ours)]
        if service.heard_of_others:
            name = service.name + OF_OTHERS
            self.listeners.append(Listener(name, service.heard_of_others, others=True))
        self._tasks: list[asyncio.Task] = []
        self._scheduler: AsyncIOScheduler | None = None
        self._broker: KafkaBroker | None = None
        self._prober: Prober | None = None
        self._probing = asyncio.Lock()

    @property
    def source(self) -> str:
        """CloudEvents source of what this service says."""
        return f"/backstop/{self.county}/{self.service.name}"

    async def start(self) -> None:
        await asyncio.to_thread(self._prepare)
        if self.service.hears:
            await self._listen()
        work = {
            "relay": relay(self.dsn, self._producer, lambda: self.source, self.kafka.prefix),
            "sealer": audit.sealer(self.sessions, self.heads, self.clock),
            "reencryption": reencryption(self.engine, self.service.metadata),
        }
        self._tasks += [
            asyncio.create_task(coroutine, name=name) for name, coroutine in work.items()
        ]
        if self.every is not None:
            self._keep_time(self.every)

    async def _listen(self) -> None:
        """Begin to handle what comes on the topics that the service hears."""
        kafka, service = self.kafka, self.service
        self._broker = KafkaBroker(
            kafka.servers,
            security=kafka.security,
            logger=None,
            graceful_timeout=8,
            metadata_max_age_ms=5_000,  # a department that joins is heard within seconds
            middlewares=telemetry.broker_middlewares(service.name),
        )
        for listener in self.listeners:
            heard, group = pattern(listener.topics), kafka.prefix + listener.name
            if listener.others:
                await go_on_where(kafka, self.listeners[0].name, listener.name, heard)
            listener.subscriber = subscribe(
                self._broker,
                group,
                self.sessions,
                service.handlers,
                [] if listener.others else [kafka.prefix + topic for topic in listener.topics],
                f"^{re.escape(kafka.prefix)}(?:{heard})$" if listener.others else None,
                kafka.prefix,
                self.clock,
                listener.pulse,
                others=listener.others,
            )
            listener.pulse.beat(busy=False)
        await self._broker.start()

    def _producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self.kafka.options(), acks="all", enable_idempotence=True, linger_ms=0
        )

    def _keep_time(self, every: float) -> None:
        """Fire what is due every so many seconds, at once for the first time; measure beside it."""
        self._scheduler = AsyncIOScheduler()
        self._scheduler.add_job(
            self.sweep,
            "interval",
            seconds=every,
            next_run_time=system_clock(),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        self._scheduler.add_job(
            retention.forgetting,
            "interval",
            [self.sessions, self.clock],
            seconds=FORGETTING,
            next_run_time=system_clock(),
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.add_job(
            self._measure, "interval", seconds=15, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.start()

    def _prepare(self) -> None:
        with self.sessions.begin() as session:
            if self.service.handlers.begins:
                begin(session)
            for prepare in self.service.prepare:
                prepare(session, self.clock)

    async def sweep(self) -> int:
        """Fire what is due by our clock, after what was sent until then: who answered in time while
        we were down is not late (BH-03).
        """
        now = self.clock()
        if self._broker:
            await self._read_first()
        return await asyncio.to_thread(self.fire, now)

    async def _read_first(self) -> None:
        """Wait until the group has handled what lies on its topics now, `READ_FIRST` seconds at most:
        days go on without Kafka, and a receipt corrects what was said of whom too early.
        """
        reason: BaseException | None = None
        try:
            async with asyncio.timeout(READ_FIRST):
                while True:
                    try:
                        await (await self._probe()).read()
                        return
                    except (KafkaError, OSError) as error:
                        reason = error.__cause__ or error
                        await asyncio.sleep(1)
        except TimeoutError as error:
            unread = repr(reason or error)
            log.warning("%s fires its deadlines with topics unread: %s", self.service.name, unread)

    def fire(self, now: datetime) -> int:
        return deadlines.sweep(self.sessions, self.service.jobs, now)

    async def stop(self) -> None:
        """Relay before broker, so that nothing is sent into a closing door."""
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()
        if self._broker:
            await self._broker.stop()
            self._broker = None
        if self._prober:
            await self._prober.stop()
            self._prober = None

    async def lag(self) -> int:
        """Records that the service's whole group has not committed yet."""
        return await (await self._probe()).lag()

    async def _probe(self) -> Prober:
        async with self._probing:
            if self._prober is None:
                prober = Prober([self], self.kafka)
                await prober.start()
                self._prober = prober
            return self._prober

    def unsent(self) -> int:
        with self.engine.connect() as connection:
            return connection.execute(UNSENT).scalar_one()

    def state(self) -> dict[str, float]:
        """unsent, oldest_unsent (seconds), dead_letters, overdue and failed deadlines, as the
        database knows them.
        """
        with self.engine.connect() as connection:
            return {
                name: float(n)
                for name, n in connection.execute(STATE, {"now": self.clock()})
                .one()
                ._mapping.items()
            }

    async def behind(self) -> int:
        """Records announced to this process and not yet handled by it."""
        return sum([await listener.behind() for listener in self.listeners])

    async def stuck(self, patience: float = STUCK) -> str:
        """Why this process does no work and would do better to begin anew; empty: it lives."""
        if ended := [task.get_name() for task in self._tasks if task.done()]:
            return f"{self.service.name}: the {ended[0]} ended"
        for listener in self.listeners if self._broker else ():
            if listener.ended:
                return f"{listener.name}: the consumer ended"
            if (still := await listener.still()) > patience:
                return f"{listener.name}: no progress for {still:.0f} s"
        return ""

    def unmigrated(self) -> str:
        """What stands between this version and the database; empty: nothing. Blocks on it."""
        try:
            current = is_current(self.engine, self.service.folder / "migrations")
        except Exception as error:
            return f"{self.service.name}: no database ({type(error).__name__})"
        return "" if current else f"{self.service.name}: not migrated"

    def unready(self) -> str:
        """What is not there yet: database, migrations, start; empty: ready to serve. Blocks on the
        database.
        """
        return self.unmigrated() or ("" if self._tasks else f"{self.service.name}: not started")

    async def _measure(self) -> None:
        try:
            state = await asyncio.to_thread(self.state) | {"lag": await self.behind(), "ready": 1}
        except Exception:  # the next look is soon; what the others say is what was seen last
            state = {"ready": 0}
        telemetry.measured(self.service.name, state)
