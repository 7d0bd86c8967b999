"""The chassis on a Kafka of three nodes over TLS: a node that dies takes nothing acknowledged with
it.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError
from sqlalchemy import text

from backstop import topics
from backstop.engines.access import KafkaAccess, external_kafka
from backstop.engines.kafka_admin import admin_client, describe_topics
from backstop.service_process import login_of
from backstop.topics import Shape
from kit.messaging.kafka import KafkaLogin
from kit.messaging.outbox import emit
from kit.prober import settle
from kit.runtime import Runtime
from tests.engines.authority import Authority
from tests.engines.clients import read, write
from tests.engines.cluster import Cluster
from tests.helpers.waiting import eventually
from tests.kit.toy import Counted, tallied

THREE = Shape(partitions=3, replicas=3)
THINGS = 6


@pytest.fixture(scope="module")
def cluster(own_engines: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def login(cluster: Cluster) -> KafkaLogin:
    """The administrator, on topics of this test's own, each record on three nodes."""
    prefix = f"c{secrets.token_hex(4)}."
    topics.ensure(cluster.access, [prefix + "backstop.toy"], THREE)
    return login_of(cluster.access, prefix)


def metadata(cluster: Cluster, topic: str) -> Any:
    return admin_client(cluster.access).list_topics(topic, timeout=15).topics[topic]


def leader(cluster: Cluster, topic: str, partition: int = 0) -> int:
    return metadata(cluster, topic).partitions[partition].leader


def all_in_sync(cluster: Cluster, topic: str) -> bool:
    return all(len(one.isrs) == 3 for one in metadata(cluster, topic).partitions.values())


def say(sessions, start: int, count: int) -> None:
    with sessions.begin() as session:
        emit(
            session,
            *(Counted(thing=f"t{n % THINGS}", number=n) for n in range(start, start + count)),
        )


def heard(sessions) -> int:
    with sessions.begin() as session:
        return session.execute(text("SELECT count(*) FROM tally")).scalar_one()


async def until_heard(sessions, count: int, seconds: float = 120) -> None:
    async with asyncio.timeout(seconds):
        while await asyncio.to_thread(heard, sessions) < count:
            await asyncio.sleep(0.1)


def test_topics_are_on_three_nodes_and_two_must_have_a_record(cluster: Cluster, login: KafkaLogin):
    there, nodes = describe_topics(cluster.access)
    topic = there[login.prefix + "backstop.toy"]
    assert (nodes, topic.partitions, topic.replicas, topic.config["min.insync.replicas"]) == (
        3,
        3,
        3,
        "2",
    )
    assert topics.plan(cluster.access, THREE, prefix=login.prefix)[0].new


def test_events_before_during_and_after_a_nodes_death_are_each_handled_once_and_in_order(
    cluster: Cluster, login: KafkaLogin, sessions, make_runtime: Callable[[], Runtime]
):
    topic, step, before, during, after = login.prefix + "backstop.toy", 20, 200, 600, 200
    killed = leader(cluster, topic)

    async def run() -> None:
        runtime = make_runtime()
        await runtime.start()
        try:
            await asyncio.to_thread(say, sessions, 0, before)
            await until_heard(sessions, before)
            for start in range(before, before + during, step):
                await asyncio.to_thread(say, sessions, start, step)
                if start == before + during // 3:
                    await asyncio.to_thread(cluster.kill, killed)
            await until_heard(sessions, before + during)
            assert leader(cluster, topic) != killed
            await asyncio.to_thread(say, sessions, before + during, after)
            await until_heard(sessions, before + during + after)
            assert not cluster.nodes[killed].answers(1), "all this without the node"
            await asyncio.to_thread(cluster.start, killed)
            await settle([runtime], login)
        finally:
            await runtime.stop()

    asyncio.run(run())
    total = before + during + after
    with sessions.begin() as session:
        for thing in range(THINGS):
            assert tallied(session, f"t{thing}") == list(range(thing, total, THINGS))
    eventually(lambda: all_in_sync(cluster, topic))


def test_what_a_dying_leader_acknowledged_is_there_and_once(cluster: Cluster, login: KafkaLogin):
    """Below the chassis: the idempotent producer the relay uses, each send's answer noted."""
    topic, place = login.prefix + "backstop.toy", TopicPartition(login.prefix + "backstop.toy", 0)
    killed, acknowledged = leader(cluster, topic), list[int]()

    async def run() -> list[int]:
        async with AIOKafkaProducer(
            **login.options(), acks="all", enable_idempotence=True, linger_ms=0
        ) as producer:
            dying = None
            for number in range(3_000):
                asked = await producer.send(topic, str(number).encode(), partition=0)
                asked.add_done_callback(
                    lambda one, number=number: one.exception() or acknowledged.append(number)
                )
                if number == 1_000:
                    dying = asyncio.create_task(asyncio.to_thread(cluster.kill, killed))
                if number % 20 == 0:
                    await asyncio.sleep(0.005)
            await producer.flush()
        assert dying is not None
        await dying
        async with AIOKafkaConsumer(**login.options(), auto_offset_reset="earliest") as consumer:
            consumer.assign([place])
            end, found = (await consumer.end_offsets([place]))[place], list[int]()
            while await consumer.position(place) < end:
                records = await consumer.getmany(timeout_ms=1_000)
                found += [int(record.value or b"") for record in records.get(place, [])]
            return found

    found = asyncio.run(run())
    assert leader(cluster, topic) != killed
    assert len(acknowledged) == 3_000
    assert found == acknowledged == list(range(3_000))
    cluster.start(killed)
    eventually(lambda: all_in_sync(cluster, topic))


def test_with_one_node_left_nothing_is_acknowledged_and_the_outbox_waits(
    cluster: Cluster, login: KafkaLogin, sessions, make_runtime: Callable[[], Runtime]
):
    topic = login.prefix + "backstop.toy"
    last = leader(cluster, topic)
    others = [number for number in cluster.nodes if number != last]

    async def run() -> None:
        runtime = make_runtime()
        await runtime.start()
        try:
            await asyncio.to_thread(say, sessions, 0, 50)
            await until_heard(sessions, 50)
            for number in others:
                await asyncio.to_thread(cluster.kill, number)
            await asyncio.to_thread(say, sessions, 50, 50)
            assert await write(cluster.access, topic) is not None, "one copy is none"
            assert runtime.unsent() == 50
            await asyncio.to_thread(cluster.start, *others)
            await until_heard(sessions, 100)
            await settle([runtime], login)
        finally:
            await runtime.stop()

    asyncio.run(run())
    with sessions.begin() as session:
        for thing in range(THINGS):
            assert tallied(session, f"t{thing}") == list(range(thing, 100, THINGS))


def test_tls_by_settings_and_nobody_without_it(
    cluster: Cluster, login: KafkaLogin, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    access, topic = cluster.access, login.prefix + "backstop.toy"
    for name, value in {
        "BOOTSTRAP": access.bootstrap,
        "USER": access.user,
        "PASSWORD": access.password,
        "CA": str(cluster.authority.file),
    }.items():
        monkeypatch.setenv(f"BACKSTOP_KAFKA_{name}", value or "")
    monkeypatch.delenv("BACKSTOP_KAFKA_TLS", raising=False)
    by_settings = external_kafka()
    assert by_settings == access
    assert by_settings.protocol == "SASL_SSL"
    assert asyncio.run(write(by_settings, topic)) is None
    stranger = Authority(tmp_path, "stranger")
    for refused in (
        replace(access, tls=False, ca_file=None),  # in clear
        replace(access, ca_file=str(stranger.file)),  # a broker that somebody else vouches for
        replace(access, ca_file=None),  # … that nobody does
        replace(
            access, bootstrap=access.bootstrap.replace("127.0.0.1", "localhost")
        ),  # … under another name
        access.as_user("admin", "guessed"),
        KafkaAccess(access.bootstrap, tls=True, ca_file=access.ca_file),  # TLS without a login
    ):
        for attempt in (write, read):
            assert asyncio.run(attempt(refused, topic)) is KafkaConnectionError
