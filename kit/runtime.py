"""A service at work: its consumer, its relay and its clock, started and stopped together."""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from faststream.kafka import KafkaBroker
from faststream.security import SASLScram512
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit import deadlines
from kit.clock import Clock
from kit.consumer import subscribe
from kit.relay import relay
from kit.service import Service

log = logging.getLogger(__name__)
UNSENT = text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")


@dataclass(frozen=True)
class KafkaLogin:
    """Where the broker is, and as whom a service goes there. `prefix` stands before topics and groups."""

    bootstrap: str
    user: str
    password: str
    prefix: str = ""

    def options(self) -> dict:
        return {
            "bootstrap_servers": self.bootstrap, "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
        }  # fmt: skip


class Runtime:
    """One service's background work. `every` is how often the sweep runs, in seconds; None: only when told."""

    def __init__(
        self, service: Service, *, engine: Engine, sessions: sessionmaker[Session], dsn: str, kafka: KafkaLogin,
        clock: Clock, county: str, every: float | None = 30,
    ) -> None:  # fmt: skip
        self.service, self.engine, self.sessions, self.clock = service, engine, sessions, clock
        self.dsn, self.kafka, self.county, self.every = dsn, kafka, county, every
        self._tasks: list[asyncio.Task] = []
        self._scheduler: AsyncIOScheduler | None = None
        self._broker: KafkaBroker | None = None

    @property
    def group(self) -> str:
        return self.kafka.prefix + self.service.name

    @property
    def source(self) -> str:
        """CloudEvents source of what this service says."""
        return f"/backstop/{self.county}/{self.service.name}"

    async def start(self) -> None:
        with self.sessions.begin() as session:
            self.service.prepare(session, self.clock)
        kafka = self.kafka
        if self.service.hears or self.service.hears_pattern:
            security = SASLScram512(username=kafka.user, password=kafka.password, use_ssl=False)
            self._broker = KafkaBroker(
                kafka.bootstrap,
                security=security,
                logger=None,
                graceful_timeout=8,
                metadata_max_age_ms=5_000,  # a department that joins is heard within seconds
            )
            pattern = self.service.hears_pattern
            subscribe(
                self._broker, self.group, self.sessions, self.service.handlers,
                [] if pattern else [kafka.prefix + topic for topic in self.service.hears],
                f"^{kafka.prefix}(?:{pattern})$" if pattern else None, kafka.prefix, self.clock,
            )  # fmt: skip
            await self._broker.start()

        def producer() -> AIOKafkaProducer:
            return AIOKafkaProducer(**kafka.options(), acks="all", enable_idempotence=True, linger_ms=0)

        self._tasks.append(asyncio.create_task(relay(self.dsn, producer, lambda: self.source, kafka.prefix)))
        if self.every is not None:
            self._scheduler = AsyncIOScheduler()
            self._scheduler.add_job(
                self.sweep, "interval", seconds=self.every, next_run_time=self.clock(), coalesce=True,
                misfire_grace_time=None, max_instances=1,
            )  # fmt: skip
            self._scheduler.start()

    async def sweep(self) -> int:
        """Fire what is due by our clock."""
        return await asyncio.to_thread(self.fire, self.clock())

    def fire(self, now: datetime) -> int:
        return deadlines.sweep(self.sessions, self.service.jobs, now)

    async def stop(self) -> None:
        """Relay before broker, so that nothing is sent into a closing door."""
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        if self._broker:
            await self._broker.stop()

    def unsent(self) -> int:
        with self.engine.connect() as connection:
            return connection.execute(UNSENT).scalar_one()


async def settle(
    runtimes: Sequence[Runtime], admin: KafkaLogin, *, timeout: float = 60, idle: Callable[[], bool] = lambda: True
) -> None:
    """Wait until every outbox is empty and every group has read its topics to the end; `TimeoutError` otherwise."""
    prober = Prober(runtimes, admin)
    await prober.start()
    try:
        await prober.settle(timeout)
    finally:
        await prober.stop()


class Prober:
    """Sees whether everything sent has been handled; keep one for many looks."""

    def __init__(self, runtimes: Sequence[Runtime], admin: KafkaLogin) -> None:
        self.runtimes = runtimes
        self._admin = AIOKafkaAdminClient(**admin.options())
        self._reader = AIOKafkaConsumer(**admin.options())

    async def start(self) -> None:
        await self._admin.start()
        await self._reader.start()

    async def stop(self) -> None:
        await self._admin.close()
        await self._reader.stop()

    async def settle(self, timeout: float = 60) -> None:
        async with asyncio.timeout(timeout):
            while True:
                if not await self._busy() and not await self._busy():  # twice: one may have answered the other
                    return
                await asyncio.sleep(0.01)

    async def _busy(self) -> bool:
        return await self._unsent() or await self.lag() > 0 or await self._unsent()

    async def _unsent(self) -> bool:
        return await asyncio.to_thread(lambda: any(runtime.unsent() for runtime in self.runtimes))

    async def lag(self) -> int:
        """Records that some group has not yet committed."""
        behind = 0
        known = {one["topic"]: one["partitions"] for one in await self._admin.describe_topics()}
        for runtime in self.runtimes:
            partitions = self._partitions(runtime, known)
            if not partitions:
                continue
            ends = await self._reader.end_offsets(partitions)
            committed = await self._admin.list_consumer_group_offsets(runtime.group, partitions=partitions)
            for partition, end in ends.items():
                offset = committed[partition].offset if partition in committed else -1
                behind += end - max(offset, 0)
        return behind

    @staticmethod
    def _partitions(runtime: Runtime, known: dict[str, list[dict]]) -> list[TopicPartition]:
        """All that the service hears, also a topic so new that nobody has been given its partitions yet."""
        prefix, service = runtime.kafka.prefix, runtime.service
        wanted = re.compile("|".join(map(re.escape, service.hears)) if service.hears else service.hears_pattern or "$^")
        return [
            TopicPartition(topic, partition["partition"])
            for topic, partitions in known.items()
            if topic.startswith(prefix) and wanted.fullmatch(topic.removeprefix(prefix))
            for partition in partitions
        ]
