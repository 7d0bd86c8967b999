"""An office that was closed for ten days finds everything on its return."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from backstop import topics
from backstop.engines.kafka_admin import admin_client
from backstop.engines.kafka_server import KafkaEngine
from backstop.engines.private import make_folder
from backstop.engines.progress import Silent
from backstop.service_process import login_of
from backstop.topics import Shape
from kit.messaging.kafka import KafkaLogin
from kit.prober import settle
from tests.helpers.waiting import PATIENCE

TEN_DAYS, YEAR_IN_MINUTES = 10 * 86_400, 365 * 24 * 60
SHAPE = Shape(partitions=1, replicas=1)


class Impatient(KafkaEngine):
    """A broker with the settings of ours, which looks every moment for what it may delete, not
    every five minutes.
    """

    def properties(self, data: Path) -> str:
        return (
            super().properties(data)
            + "\nlog.initial.task.delay.ms=100\nlog.retention.check.interval.ms=100\n"
        )


@pytest.fixture(scope="module")
def kafka(own_engines: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaEngine]:
    home = make_folder(tmp_path_factory.mktemp("retention"))
    for name in ("secrets", "run", "logs"):
        make_folder(home / name)
    made = Impatient(home, fast=True)
    try:
        made.start(Silent())
        yield made
    finally:
        made.stop()


@pytest.fixture
def login(kafka: KafkaEngine) -> KafkaLogin:
    """Topics as an installation makes them, and beside them one that keeps a week, Kafka's own
    default.
    """
    prefix = f"r{uuid4().hex[:8]}."
    topics.ensure(kafka.access, [prefix + "backstop.toy"], SHAPE)
    topics.ensure(kafka.access, [prefix + "week"], Shape(partitions=1, replicas=1, days=7))
    return login_of(kafka.access, prefix)


async def leave(login: KafkaLogin, topic: str, count: int) -> None:
    """Events of ten days ago."""
    async with AIOKafkaProducer(**login.options(), acks="all") as producer:
        for number in range(count):
            headers = [
                ("ce_id", str(uuid4()).encode()),
                ("ce_type", b"toy.thing.counted.v1"),
                ("ce_source", b"/backstop/990121000000/toy"),
            ]
            await producer.send_and_wait(
                login.prefix + topic,
                json.dumps({"thing": "a", "number": number}).encode(),
                key=b"a",
                headers=headers,
                timestamp_ms=int((time.time() - TEN_DAYS) * 1000),
            )


async def first_kept(login: KafkaLogin, topic: str) -> int:
    place = TopicPartition(login.prefix + topic, 0)
    async with AIOKafkaConsumer(**login.options()) as reader:
        return (await reader.beginning_offsets([place]))[place]


async def at_work(make_runtime, login: KafkaLogin) -> None:
    runtime = make_runtime()
    await runtime.start()
    await settle([runtime], login)
    await runtime.stop()


def test_what_came_during_ten_days_is_there_while_a_topic_of_seven_days_has_lost_it(
    login, make_runtime, heard
):
    async def run() -> None:
        await at_work(make_runtime, login)  # it was there before, and left
        await leave(login, "backstop.toy", 20)
        await leave(login, "week", 20)
        async with asyncio.timeout(PATIENCE):
            while await first_kept(login, "week") < 20:  # the broker has looked through all topics
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        assert await first_kept(login, "backstop.toy") == 0
        await at_work(make_runtime, login)

    asyncio.run(run())
    assert heard("a") == list(range(20))


def test_the_broker_remembers_for_a_year_how_far_a_group_was(kafka):
    from confluent_kafka.admin import ConfigResource, ResourceType

    admin = admin_client(kafka.access)
    [answer] = admin.describe_configs([ConfigResource(ResourceType.BROKER, "1")]).values()
    assert int(answer.result(10)["offsets.retention.minutes"].value) >= YEAR_IN_MINUTES


def test_a_group_whose_place_was_forgotten_reads_all_again_and_nothing_is_doubled(
    login, kafka, make_runtime, heard
):
    async def run() -> None:
        await leave(login, "backstop.toy", 10)
        await at_work(make_runtime, login)
        admin = admin_client(kafka.access)
        [forgotten] = admin.delete_consumer_groups([login.prefix + "toy"]).values()
        await asyncio.to_thread(forgotten.result, 10)
        assert await behind() == 10
        await leave(login, "backstop.toy", 1)
        await at_work(make_runtime, login)

    async def behind() -> int:
        runtime = make_runtime()
        try:
            return await runtime.lag()
        finally:
            await runtime.stop()

    asyncio.run(run())
    assert heard("a") == [*range(10), 0]
