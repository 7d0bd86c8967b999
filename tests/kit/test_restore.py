"""Back-up and restore as docs/operations.md describes them: pg_dump, a lost database, a lost topic;
encrypted in between; nothing doubled, and a service's database comes back with its owner and rights.
"""

import asyncio
import os
import re
import secrets
import subprocess
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from backstop import databases
from backstop.backup import decrypt, encrypt, identities, make_key, recipients, write_beside
from backstop.engines import Engines, drop_database, ensure_database, ensure_guarded
from backstop.engines.kafka_admin import admin_client, ensure_topics
from backstop.engines.unprivileged import INSTALL, wheel
from backstop.service_process import login_of
from backstop.services import service_named
from kit.database.rights import owner_of
from kit.messaging.kafka import KafkaLogin
from kit.messaging.outbox import emit
from kit.prober import settle
from kit.runtime import Runtime
from tests.kit import toy

ROOT = Path(__file__).parents[2]
RESEND = re.search(
    r'"(UPDATE outbox SET sent_at = NULL[^"]*)"', (ROOT / "docs/operations.md").read_text()
)


def tool(engines: Engines, name: str, *arguments: str) -> None:
    access = engines.postgres
    environment = os.environ | {
        "PGHOST": access.host,
        "PGPORT": str(access.port),
        "PGUSER": access.user,
        "PGPASSWORD": access.password,
    }
    done = subprocess.run(
        [wheel() / INSTALL / "bin" / name, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def rewind(engines: Engines, group: str) -> None:
    """What `kafka-consumer-groups.sh --reset-offsets --to-earliest` does; the group's members are
    stopped.
    """
    from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition

    admin = admin_client(engines.kafka)
    known = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])[group].result(
        15
    )
    back = [TopicPartition(one.topic, one.partition, 0) for one in known.topic_partitions]
    admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, back)])[group].result(
        15
    )


async def work(runtime: Runtime, engines: Engines, sessions, *numbers: int) -> None:
    """Start, say these numbers, wait until everybody has heard, stop."""
    await runtime.start()
    say(sessions, *numbers)
    await settle([runtime], login_of(engines.kafka))
    await runtime.stop()


def say(sessions, *numbers: int) -> None:
    for number in numbers:
        with sessions.begin() as session:
            emit(session, toy.Counted(thing="a", number=number))


def heard(sessions) -> list[int]:
    with sessions.begin() as session:
        return toy.tallied(session, "a")


def test_a_restored_database_hears_again_what_it_missed_and_doubles_nothing(
    engines: Engines,
    database: str,
    engine,
    sessions,
    login: KafkaLogin,
    make_runtime,
    tmp_path: Path,
):
    dump = str(tmp_path / "toy.dump")
    key, closed, opened = (tmp_path / name for name in ("backup.key", "toy.dump.age", "opened"))
    make_key(key, tmp_path / "home")

    async def lose_and_restore() -> None:
        await work(make_runtime(), engines, sessions, *range(5))
        say(sessions, 5, 6)  # committed, not sent yet when the dump is taken
        tool(engines, "pg_dump", "-Fc", "-f", dump, database)
        write_beside(Path(dump), closed, partial(encrypt, to=recipients(tmp_path / "home", [])))
        Path(dump).unlink()
        await work(make_runtime(), engines, sessions, 7, 8)
        assert heard(sessions) == list(range(9))
        engine.dispose()
        drop_database(engines.postgres, database)
        ensure_database(engines.postgres, database, engines.postgres.user)
        write_beside(closed, opened, partial(decrypt, keys=identities(key), what="toy"))
        tool(engines, "pg_restore", "--no-owner", "--exit-on-error", "-d", database, str(opened))
        assert heard(sessions) == list(range(5))
        rewind(engines, login.prefix + "toy")
        await work(make_runtime(), engines, sessions)

    asyncio.run(lose_and_restore())
    assert heard(sessions) == list(range(9))


def test_a_restored_service_database_has_its_owner_and_rights(engines: Engines, tmp_path: Path):
    """The roles are there (`provision` made them); the database is dropped and made anew."""
    name, dump = f"restored_{secrets.token_hex(3)}", str(tmp_path / "village.dump")
    postgres, owner = engines.postgres, owner_of(name)
    ensure_guarded(postgres, name, owner, secrets.token_urlsafe(12))
    databases.migrate(postgres, service_named("village"), name)
    tool(engines, "pg_dump", "-Fc", "-f", dump, name)
    drop_database(postgres, name)
    tool(engines, "createdb", "-O", owner, name)
    tool(engines, "pg_restore", "--exit-on-error", "-d", name, dump)
    assert databases.amiss(postgres, name) == []
    drop_database(postgres, name)


def test_a_lost_topic_is_filled_again_from_the_outbox(
    engines: Engines, sessions, login: KafkaLogin, make_runtime
):
    topic = login.prefix + "backstop.toy"

    async def lose_and_refill() -> None:
        await work(make_runtime(), engines, sessions, 0, 1, 2)
        with sessions.begin() as session:  # sent, and lost with the topic before anybody heard it
            emit(session, toy.Counted(thing="a", number=3))
            session.execute(text("UPDATE outbox SET sent_at = now() WHERE sent_at IS NULL"))
        admin = admin_client(engines.kafka)
        admin.delete_topics([topic])[topic].result(15)
        while topic in admin.list_topics(timeout=15).topics:
            await asyncio.sleep(0.05)
        ensure_topics(engines.kafka, {topic: 2})
        assert RESEND
        with sessions.begin() as session:
            session.execute(
                text(RESEND[1])
            )  # nothing to rewind: with the topic Kafka forgot how far anybody was
        await work(make_runtime(), engines, sessions, 4)

    asyncio.run(lose_and_refill())
    assert heard(sessions) == [0, 1, 2, 3, 4]


def test_the_documents_statement_is_there():
    assert RESEND, "docs/operations.md has no statement that marks the outbox unsent"


pytestmark = pytest.mark.timeout(180)
