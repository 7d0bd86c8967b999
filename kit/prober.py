"""Whether everything that was said has been heard: a look at outboxes and at what groups committed."""

import asyncio
import logging
import re
from collections.abc import Sequence
from time import monotonic
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, KafkaTimeoutError

from kit.messaging.kafka import KafkaLogin
from kit.service import pattern

log = logging.getLogger(__name__)
PAUSE = 0.2  # seconds before a broker that cannot say just now is asked again


class Hearing(Protocol):
    """A consumer group of a service, and the topics that it hears."""

    name: str
    topics: Sequence[str]


class AtWork(Protocol):
    """A service's runtime, as far as it is looked at."""

    kafka: KafkaLogin

    @property
    def listeners(self) -> Sequence[Hearing]: ...

    def unsent(self) -> int: ...


async def settle(runtimes: Sequence[AtWork], admin: KafkaLogin, *, timeout: float = 60) -> None:
    """Wait until every outbox is empty and every group has read its topics to the end;
    `TimeoutError` when nothing has moved for `timeout` seconds.
    """
    prober = Prober(runtimes, admin)
    await prober.start()
    try:
        await prober.settle(timeout)
    finally:
        await prober.stop()


class Prober:
    """Sees whether everything sent has been handled; keep one for many looks."""

    def __init__(self, runtimes: Sequence[AtWork], admin: KafkaLogin) -> None:
        self.runtimes = runtimes
        self._admin = AIOKafkaAdminClient(**admin.options())
        self._reader = AIOKafkaConsumer(**admin.options())

    async def start(self) -> None:
        """`TimeoutError` when the broker cannot be reached."""
        try:
            await self._admin.start()
            await self._reader.start()
        except KafkaError as error:
            await self.stop()
            raise TimeoutError("the broker does not answer") from error
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        await self._admin.close()
        await self._reader.stop()

    async def settle(self, timeout: float = 60) -> None:
        """Wait until all is quiet; `TimeoutError` when nothing has moved for `timeout` seconds, or
        the broker could not say.
        """
        quiet, before, until = 0, (0, 0), monotonic() + timeout
        while quiet < 2:  # twice: one may have answered the other
            left = await self._left()
            quiet = quiet + 1 if left == (0, 0) and not await self._unsent() else 0
            if left is not None and left != before:
                before, until = left, monotonic() + timeout
            elif not quiet and monotonic() > until:
                raise TimeoutError(f"unsent and unheard for {timeout} s: {left}")
            if not quiet:
                await asyncio.sleep(0.01 if left else PAUSE)

    async def _left(self) -> tuple[int, int] | None:
        """Unsent and unheard; None where the broker cannot say just now, as while a group looks for
        its coordinator.
        """
        try:
            return await self._unsent(), await self.lag()
        except KafkaError as error:
            if not (error.retriable or isinstance(error, KafkaTimeoutError)):
                raise
            log.info("waiting for the broker: %r", error)
            return None

    async def _unsent(self) -> int:
        return await asyncio.to_thread(lambda: sum(runtime.unsent() for runtime in self.runtimes))

    async def read(self) -> None:
        """Wait until every group has committed what lies on its topics now."""
        ends = await self._ends()
        while await self._unread(ends):
            await asyncio.sleep(0.05)

    async def lag(self) -> int:
        """Records that some group has not yet committed."""
        return await self._unread(await self._ends())

    async def _ends(self) -> dict[str, dict[TopicPartition, int]]:
        """Group → where each partition that it hears ends."""
        known = {
            topic["topic"]: topic["partitions"] for topic in await self._admin.describe_topics()
        }
        ends: dict[str, dict[TopicPartition, int]] = {}
        for runtime in self.runtimes:
            for listener in runtime.listeners:
                if partitions := self._partitions(runtime, listener, known):
                    group = runtime.kafka.prefix + listener.name
                    ends[group] = await self._reader.end_offsets(partitions)
        return ends

    async def _unread(self, ends: dict[str, dict[TopicPartition, int]]) -> int:
        """Records before these ends that the groups have not committed; what Kafka has deleted after
        its time nobody reads any more.
        """
        unread = 0
        for group, places in ends.items():
            asked = list(places)
            committed = await self._admin.list_consumer_group_offsets(group, partitions=asked)
            for partition, end in places.items():
                begun = max(committed[partition].offset, 0) if partition in committed else 0
                if end > begun:
                    first = await self._reader.beginning_offsets([partition])
                    unread += max(end - max(begun, first[partition]), 0)
        return unread

    @staticmethod
    def _partitions(
        runtime: AtWork, listener: Hearing, known: dict[str, list[dict]]
    ) -> list[TopicPartition]:
        """All that it hears, also a topic so new that nobody has been given its partitions yet."""
        prefix, heard = runtime.kafka.prefix, re.compile(pattern(listener.topics) or "$^")
        return [
            TopicPartition(topic, partition["partition"])
            for topic, partitions in known.items()
            if topic.startswith(prefix) and heard.fullmatch(topic.removeprefix(prefix))
            for partition in partitions
        ]
