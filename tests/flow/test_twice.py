"""Every event of a small month a second time, through all four services: nothing changes."""

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from sqlalchemy import text

from backstop.demo.stage import Stage
from kit.actor import Actor
from kit.kafka import KafkaLogin
from schemas.codes import Role
from tests.conftest import COUNTY, at
from tests.flow.conftest import SAMPLES

CLERK = Actor("county-clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
TABLES = text("""SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1""")


def login(stage: Stage) -> dict:
    kafka = stage.house.installation.engines.kafka
    return KafkaLogin(kafka.bootstrap, kafka.user or "", kafka.password or "").options()


async def everything(stage: Stage) -> list[ConsumerRecord]:
    """All records of this house's topics, each partition in its order."""
    async with AIOKafkaConsumer(**login(stage)) as reader:
        topics = [topic for topic in await reader.topics() if topic.startswith(f"{stage.house.prefix}backstop.")]
        await reader._client.set_topics(topics)
        places = [TopicPartition(topic, one) for topic in topics for one in reader.partitions_for_topic(topic) or ()]
        ends = await reader.end_offsets(places)
        reader.assign(places)
        await reader.seek_to_beginning()
        found: list[ConsumerRecord] = []
        while len(found) < sum(ends.values()):
            for records in (await reader.getmany(timeout_ms=1000)).values():
                found += records
        return found


async def deliver(stage: Stage, records: list[ConsumerRecord]) -> None:
    async with AIOKafkaProducer(**login(stage), acks="all") as producer:
        sent = [
            await producer.send(one.topic, one.value, key=one.key, partition=one.partition, headers=list(one.headers))
            for one in records
        ]
        await asyncio.gather(*sent)


def contents(stage: Stage) -> dict[str, list[str]]:
    """Every row of every table of every service, the inbox and the deadlines among them."""
    found = {}
    for name, runtime in stage.house.runtimes.items():
        with runtime.sessions() as session:
            for table in session.execute(TABLES).scalars().all():
                rows = session.execute(text(f'SELECT CAST(to_jsonb(x) AS text) FROM "{table}" x')).scalars()
                found[f"{name}.{table}"] = sorted(rows)
    return found


def test_every_event_delivered_twice_changes_nothing_the_second_time(open_stage):
    async def run():
        async with open_stage(at(2026, 9, 16, 10)) as stage:
            await stage.take(CLERK, sorted(SAMPLES.rglob("*.xlsx")), "2026-09", submit=True)
            await stage.until(at(2026, 10, 9))  # every due date of the month, up to the bulletin's draft
            await stage.settle()
            records = await everything(stage)
            before = contents(stage)
            await deliver(stage, records)
            await stage.settle()
            return records, before, contents(stage), await everything(stage)

    records, before, after, delivered = asyncio.run(run())
    assert len({(one.topic, one.key) for one in records}) > 300
    assert {one.topic.rpartition(".")[2] for one in records} >= {"village", "unit", "county", "dispatch"}
    assert len(delivered) == 2 * len(records)
    assert before["county.case_file"]
    assert before["county.bulletin"]
    assert not any(rows for table, rows in before.items() if table.endswith(".dead_letter"))
    assert [table for table in before if before[table] != after[table]] == []
