"""Every event of a small month a second time, through all four services: nothing changes."""

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaProducer, ConsumerRecord
from sqlalchemy import text

from backstop.demo.driver import Driver
from backstop.service_process import login_of
from kit.actor import Actor
from kit.audit import seal
from kit.messaging.kafka import KafkaLogin
from schemas.codes import Role
from tests.conftest import COUNTY, at
from tests.flow.conftest import SAMPLES
from tests.helpers.records import everything

CLERK = Actor("county-clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
TABLES = text("""SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1""")


def login(driver: Driver) -> KafkaLogin:
    return login_of(driver.application.installation.engines.kafka)


def ours(driver: Driver) -> Callable[[str], bool]:
    """Whether a topic is this application's."""
    return lambda name: name.startswith(f"{driver.application.prefix}backstop.")


async def deliver(driver: Driver, records: list[ConsumerRecord]) -> None:
    async with AIOKafkaProducer(**login(driver).options(), acks="all") as producer:
        sent = [
            await producer.send(
                one.topic,
                one.value,
                key=one.key,
                partition=one.partition,
                headers=list(one.headers),
            )
            for one in records
        ]
        await asyncio.gather(*sent)


def contents(driver: Driver) -> dict[str, list[str]]:
    """Every row of every table of every service, the inbox and the deadlines among them.

    The sealer of the audit runs by itself: what it has not come to yet is sealed first.
    """
    found = {}
    for name, runtime in driver.application.runtimes.items():
        seal(runtime.sessions)
        with runtime.sessions() as session:
            for table in session.execute(TABLES).scalars().all():
                rows = session.execute(
                    text(f'SELECT CAST(to_jsonb(x) AS text) FROM "{table}" x')
                ).scalars()
                found[f"{name}.{table}"] = sorted(rows)
    return found


def test_every_event_delivered_twice_changes_nothing_the_second_time(open_driver):
    async def run():
        async with open_driver(at(2026, 9, 16, 10)) as driver:
            await driver.take(CLERK, sorted(SAMPLES.rglob("*.xlsx")), "2026-09", submit=True)
            await driver.until(
                at(2026, 10, 9)
            )  # every due date of the month, up to the bulletin's draft
            await driver.settle()
            records = await everything(login(driver), ours(driver))
            before = contents(driver)
            await deliver(driver, records)
            await driver.settle()
            return records, before, contents(driver), await everything(login(driver), ours(driver))

    records, before, after, delivered = asyncio.run(run())
    assert len({(one.topic, one.key) for one in records}) > 300
    assert {one.topic.rpartition(".")[2] for one in records} >= {
        "village",
        "unit",
        "county",
        "dispatch",
    }
    assert len(delivered) == 2 * len(records)
    assert before["county.case_file"]
    assert before["county.bulletin"]
    assert not any(rows for table, rows in before.items() if table.endswith(".dead_letter"))
    assert [table for table in before if before[table] != after[table]] == []
