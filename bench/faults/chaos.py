"""What goes wrong, when: a schedule drawn from a seed."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from backstop.engines import process
from backstop.service_process import login_of
from tests.helpers.town import Town

TOPICS = ("backstop.village", "backstop.unit", "backstop.county", "backstop.dispatch")


@dataclass
class Chaos:
    """One fault after the other until it is `over`, each repaired before the next; `say` hears of
    each.
    """

    town: Town
    random: random.Random
    pause: tuple[float, float]  # seconds between two faults, from and to
    say: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        faults: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self.kill_service, 8),
            (self.freeze_service, 3),
            (self.kill_kafka, 2),
            (self.kill_postgres, 2),
            (self.stop_engines, 1),
            (self.duplicate, 4),
        ]
        while not self.over.is_set():
            fault = self.random.choices(
                [action for action, _ in faults], [weight for _, weight in faults]
            )[0]
            await fault()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), self.random.uniform(*self.pause))

    async def kill_service(self) -> None:
        """kill -9, and another process a little later."""
        place = self.random.choice(self.town.places)
        self.say(f"kill -9 {place[0]}-{place[1]}")
        self.town.kill(*place)
        self.counts["kills"] += 1
        await asyncio.sleep(self.random.uniform(0, 2))
        self.town.start(*place)
        self.counts["restarts"] += 1

    async def freeze_service(self) -> None:
        """It stands still for longer than its consumer group waits, and goes on as if nothing had
        been.
        """
        place = self.random.choice(self.town.places)
        seconds = self.random.uniform(1, 15)
        self.say(f"freeze {place[0]}-{place[1]} for {seconds:.0f} s")
        self.town.processes[place].send_signal(signal.SIGSTOP)
        self.counts["freezes"] += 1
        await asyncio.sleep(seconds)
        self.town.processes[place].send_signal(signal.SIGCONT)

    async def kill_kafka(self) -> None:
        await self._kill_engine("kafka")

    async def kill_postgres(self) -> None:
        await self._kill_engine("postgres")

    async def stop_engines(self) -> None:
        """An operator stops both in order, and starts them again."""
        self.say("stop kafka and postgres")
        await asyncio.to_thread(self.town.engines.stop)
        await asyncio.to_thread(self.town.engines.start)
        self.counts["restarts"] += 2

    async def duplicate(self) -> None:
        """Records that were delivered before come again, in their old order, as after a lost
        commit.
        """
        login = login_of(self.town.engines.kafka).options()
        async with (
            AIOKafkaConsumer(**login) as reader,
            AIOKafkaProducer(**login, acks="all") as producer,
        ):
            topic = self.random.choice(TOPICS)
            await reader._client.set_topics([topic])
            places = [
                TopicPartition(topic, partition)
                for partition in sorted(reader.partitions_for_topic(topic) or ())
            ]
            ends = await reader.end_offsets(places)
            place = max(places, key=lambda place: ends[place])
            if not ends[place]:
                return
            reader.assign([place])
            reader.seek(place, self.random.randrange(ends[place]))
            records = await reader.getmany(
                place, timeout_ms=2000, max_records=self.random.randint(1, 200)
            )
            for record in records.get(place, []):
                await producer.send(
                    topic,
                    record.value,
                    key=record.key,
                    partition=record.partition,
                    headers=list(record.headers),
                )
            await producer.flush()
        count = len(records.get(place, []))
        self.counts["duplicates"] += count
        self.say(f"{count} records of {topic} once more")

    async def _kill_engine(self, name: str) -> None:
        mark = process.living(self.town.home / "run" / f"{name}.pid")
        self.say(f"kill -9 {name}")
        if mark:
            os.kill(mark.pid, signal.SIGKILL)
            self.counts["kills"] += 1
        await asyncio.sleep(self.random.uniform(0, 2))
        await asyncio.to_thread(self.town.engines.start)
        self.counts["restarts"] += 1

    async def calm(self) -> None:
        """Afterwards: every process is there and ready."""
        end = time.monotonic() + 120
        while not all(
            [await asyncio.to_thread(self.town.ready, *place) for place in self.town.places]
        ):
            if time.monotonic() > end:
                raise TimeoutError("a service did not come back")
            await asyncio.sleep(0.5)
