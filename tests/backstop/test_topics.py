"""`backstop topics apply` on the real broker: makes, raises, refuses to shrink, and does nothing
the second time.
"""

import asyncio
import secrets
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from typer.testing import CliRunner

from backstop import topics
from backstop.cli import app
from backstop.engines import Engines, KafkaAccess, ensure_topics, ensure_user
from backstop.engines.kafka_admin import TopicState, configure_topic, describe_topics
from backstop.engines.kafka_quotas import quotas_of_users, set_quotas
from backstop.services import NAMES
from backstop.topics import Shape
from kit.errors import Refused
from kit.messaging.inbox import BY_BROKER
from tests.helpers.bombs import bomb, throw

YEAR, WEEK = str(365 * 86_400_000), str(7 * 86_400_000)
PLAIN = Shape(partitions=2, replicas=1)


@pytest.fixture
def prefix() -> str:
    return f"p{secrets.token_hex(4)}."


def apply(kafka: KafkaAccess, prefix: str, shape: Shape, *, repartition: bool = False) -> list[str]:
    changes = topics.plan(kafka, shape, repartition=repartition, prefix=prefix)
    topics.carry_out(kafka, changes, shape)
    return [change.says.removeprefix("新建 ").removeprefix(prefix) for change in changes]


def test_what_is_missing_is_made_once_with_both_topics_of_every_department(
    engines: Engines, prefix: str
):
    ensure_topics(
        engines.kafka, {f"{prefix}backstop.department.housing": 2}, config={"retention.ms": YEAR}
    )
    said = apply(engines.kafka, prefix, PLAIN)
    assert len(said) == len(NAMES) + 1
    assert "backstop.department.housing.replies:2 个分区，1 份副本，保留 365 天" in said
    there, _ = describe_topics(engines.kafka)
    for name in (*NAMES, "department.housing", "department.housing.replies"):
        topic = there[f"{prefix}backstop.{name}"]
        assert (topic.partitions, topic.replicas, topic.config["retention.ms"]) == (2, 1, YEAR)
        assert topic.config["min.insync.replicas"] == "1"
    assert apply(engines.kafka, prefix, PLAIN) == []


def test_a_topic_that_keeps_too_short_is_mended(engines: Engines, prefix: str):
    ensure_topics(engines.kafka, {f"{prefix}backstop.village": 2}, config={"retention.ms": WEEK})
    assert "backstop.village：保留 7 → 365 天" in apply(engines.kafka, prefix, PLAIN)
    there, _ = describe_topics(engines.kafka)
    assert there[f"{prefix}backstop.village"].config["retention.ms"] == YEAR


def test_a_start_raises_settings_and_shortens_none(engines: Engines, prefix: str):
    kept = {"village": WEEK, "unit": str(2 * 365 * 86_400_000), "county": "-1"}
    for name, milliseconds in kept.items():
        config = {"retention.ms": milliseconds}
        ensure_topics(engines.kafka, {f"{prefix}backstop.{name}": 2}, config=config)
    of_department = f"{prefix}backstop.department.housing"
    ensure_topics(engines.kafka, {of_department: 1}, config={"retention.ms": WEEK})

    def state() -> dict[str, TopicState]:
        return describe_topics(engines.kafka, prefix)[0]

    topics.raise_settings(engines.kafka, Shape(partitions=9, replicas=3), prefix)
    found = {
        name.removeprefix(f"{prefix}backstop."): topic.config["retention.ms"]
        for name, topic in state().items()
    }
    assert found == kept | {"village": YEAR, "department.housing": YEAR}
    # One copy and two of them in sync: nobody could write.
    assert {topic.config["min.insync.replicas"] for topic in state().values()} == {"1"}
    assert {topic.partitions for topic in state().values()} == {1, 2}


def test_h_03_the_broker_dates_replies_also_where_they_lie_already(engines: Engines, prefix: str):
    """What lay there before keeps its sender's time, and is marked so."""
    kafka, topic = engines.kafka, f"{prefix}backstop.department.housing.replies"
    ensure_topics(kafka, {topic: 1, topic.removesuffix(".replies"): 1})
    sent = 1_577_836_800_000  # 2020, as the sender says

    async def put(value: bytes) -> None:
        async with AIOKafkaProducer(**kafka.aiokafka()) as producer:
            await producer.send_and_wait(topic, value, timestamp_ms=sent)

    async def times() -> list[tuple[bytes, int, bool]]:
        async with AIOKafkaConsumer(
            topic, **kafka.aiokafka(), auto_offset_reset="earliest"
        ) as consumer:
            records = [await consumer.getone() for _ in range(2)]
        return [(found.value, found.timestamp_type, found.timestamp == sent) for found in records]

    asyncio.run(put(b"before"))
    topics.raise_settings(kafka, PLAIN, prefix)
    there, _ = describe_topics(kafka, prefix)
    assert there[topic].config["message.timestamp.type"] == "LogAppendTime"
    ours = there[topic.removesuffix(".replies")]
    assert ours.config["message.timestamp.type"] == "CreateTime"
    asyncio.run(put(b"after"))
    assert asyncio.run(times()) == [(b"before", 0, True), (b"after", BY_BROKER, False)]


def test_partitions_are_raised_only_when_asked_plainly(engines: Engines, prefix: str):
    apply(engines.kafka, prefix, PLAIN)
    wider = replace(PLAIN, partitions=5)
    with pytest.raises(Refused, match="--repartition"):
        topics.plan(engines.kafka, wider, prefix=prefix)
    assert len(apply(engines.kafka, prefix, wider, repartition=True)) == len(NAMES)
    assert apply(engines.kafka, prefix, wider) == []
    there, _ = describe_topics(engines.kafka)
    assert there[f"{prefix}backstop.village"].partitions == 5


def test_it_refuses_to_shrink_and_what_cannot_be(engines: Engines, prefix: str):
    def state() -> dict[str, TopicState]:
        return {
            name: topic
            for name, topic in describe_topics(engines.kafka)[0].items()
            if name.startswith(prefix)
        }

    apply(engines.kafka, prefix, PLAIN)
    before = state()
    for shape, way_out in (
        (replace(PLAIN, partitions=1), "不能减到 1 个.*--partitions 2"),
        (replace(PLAIN, days=30), "不能缩短到 30 天.*--retention-days 365"),
        (replace(PLAIN, replicas=9), "只有 . 个节点"),
    ):
        with pytest.raises(Refused, match=way_out):
            topics.plan(engines.kafka, shape, repartition=True, prefix=prefix)
    assert len(before) == len(NAMES)
    assert state() == before


def test_what_is_kept_for_ever_is_not_shortened(engines: Engines, prefix: str):
    ensure_topics(engines.kafka, {f"{prefix}backstop.village": 2}, config={"retention.ms": "-1"})
    with pytest.raises(Refused, match="永久保留"):
        topics.plan(engines.kafka, PLAIN, prefix=prefix)
    assert f"{prefix}backstop.unit" not in describe_topics(engines.kafka)[0], (
        "one refusal, nothing changed"
    )


def test_h_05_every_user_of_a_department_is_limited_at_a_start_and_by_the_command(
    engines: Engines, prefix: str
):
    """What an operator has set for one stays; the services' own users have no limit."""
    for name in ("department-housing", "department-water", "dispatch"):
        ensure_user(engines.kafka, f"{prefix}{name}", "secret")
    set_quotas(engines.kafka, f"{prefix}department-water", {"producer_byte_rate": 1.0})

    def limits() -> dict[str, dict[str, float]]:
        return {
            user.removeprefix(prefix): quotas
            for user, quotas in quotas_of_users(engines.kafka).items()
            if user.startswith(prefix)
        }

    said = apply(engines.kafka, prefix, PLAIN)
    assert sum("限制收发速度" in one for one in said) == 2
    assert limits() == {
        "department-housing": topics.OF_DEPARTMENT,
        "department-water": topics.OF_DEPARTMENT | {"producer_byte_rate": 1.0},
    }
    assert apply(engines.kafka, prefix, PLAIN) == []
    ensure_user(engines.kafka, f"{prefix}department-housing-1a2b", "secret")
    topics.raise_settings(engines.kafka, PLAIN, prefix)
    assert limits()["department-housing-1a2b"] == topics.OF_DEPARTMENT


def test_h_01_no_topic_makes_the_broker_unpack_in_its_own_memory(engines: Engines, prefix: str):
    """With another compression than the sender's, 3 kB end the broker."""
    name = f"{prefix}backstop.department.housing.replies"
    ensure_topics(engines.kafka, {name: 1}, config={"compression.type": "gzip"})

    def packed() -> str:
        return describe_topics(engines.kafka, prefix)[0][name].config["compression.type"]

    topics.raise_settings(engines.kafka, PLAIN, prefix)
    assert packed() == "producer"
    configure_topic(engines.kafka, name, "compression.type", "uncompressed")
    ensure_topics(engines.kafka, {f"{prefix}backstop.department.housing": 1})
    said = apply(engines.kafka, prefix, Shape(partitions=1, replicas=1))
    assert "backstop.department.housing.replies：不由 Kafka 重新压缩" in said
    asyncio.run(throw(engines.kafka.aiokafka(), name, bomb("zstd", 110)))
    assert packed() == "producer", "it lives"


def test_h_01_who_asks_for_the_offset_of_a_time_does_not_end_the_broker(
    engines: Engines, prefix: str
):
    """It unpacks the batch that holds that time, and 34 kB of it are a gigabyte."""
    name = f"{prefix}backstop.department.housing.replies"
    ensure_topics(engines.kafka, {name: 1})

    async def ask() -> None:
        async with AIOKafkaConsumer(**engines.kafka.aiokafka()) as reader:
            await reader.offsets_for_times({TopicPartition(name, 0): 1})

    asyncio.run(throw(engines.kafka.aiokafka(), name, bomb("zstd", 1_100)))
    with pytest.raises(KafkaError):
        asyncio.run(ask())
    assert name in describe_topics(engines.kafka, prefix)[0], "it lives"


def test_the_command_says_what_it_does(engines: Engines, monkeypatch: pytest.MonkeyPatch):
    kafka = engines.kafka
    for name, value in {
        "BOOTSTRAP": kafka.bootstrap,
        "USER": kafka.user,
        "PASSWORD": kafka.password,
    }.items():
        monkeypatch.setenv(f"BACKSTOP_KAFKA_{name}", value or "")

    def run(*options: str):
        return CliRunner().invoke(app, ["topics", "apply", *options], env={"COLUMNS": "200"})

    assert run().exit_code == 0
    assert run().stdout.strip() == "主题都已符合要求，没有要改的。"
    shown = run("--partitions", "9", "--repartition", "--dry-run").stdout
    assert "backstop.village：分区 3 → 9" in shown
    assert "没有改动" in shown
    assert run().stdout.strip() == "主题都已符合要求，没有要改的。"
    refused = run("--partitions", "1")
    assert refused.exit_code == 1
    assert "backstop.village 有 3 个分区，不能减到 1 个" in refused.stderr
    assert "Traceback" not in refused.output
