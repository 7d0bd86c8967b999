"""Consumers that share a service's work: whoever is killed, frozen or stopped among them, each
event is handled once.
"""

import asyncio
import os
import signal
import time

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment as Assignment
from aiokafka.errors import CorruptRecordException as CorruptRecordError
from aiokafka.errors import GroupCoordinatorNotAvailableError

from backstop.engines import process
from backstop.engines.postgres_server import PostgresEngine
from backstop.engines.progress import Silent
from kit.database.sessions import make_engine, make_sessions
from kit.messaging import consumer
from kit.messaging.outbox import emit
from kit.prober import settle
from tests.conftest import COUNTY
from tests.helpers.field_keys import FIELD_KEYS
from tests.helpers.waiting import PATIENCE, eventually
from tests.kit import toy
from tests.kit.crew import Crew, settled
from tests.kit.toy import Counted

# With a batch in their hands: relays and the audit's sealer have transactions, too.
IN_TRANSACTION = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in tra%'
    AND (query LIKE 'INSERT INTO tally%' OR query = 'SELECT 1')"""


def shares(login) -> list[int]:
    """How many partitions each living member of the group has; empty while they are being dealt."""

    async def ask() -> list[int]:
        admin = AIOKafkaAdminClient(**login.options())
        await admin.start()
        try:
            [answer] = await admin.describe_consumer_groups([login.prefix + "toy"])
            _, _, state, _, _, members, *_ = answer.groups[0]
            return [len(_partitions(member[4])) for member in members] if state == "Stable" else []
        except GroupCoordinatorNotAvailableError:
            return []  # nobody has come yet
        finally:
            await admin.close()

    return asyncio.run(ask())


def _partitions(assignment: bytes) -> list[int]:
    return [one for _, partitions in Assignment.decode(assignment).assignment for one in partitions]


def say(sessions, *things: str, start: int = 0, count: int = 1) -> None:
    with sessions.begin() as session:
        emit(
            session,
            *(
                Counted(thing=thing, number=n)
                for n in range(start, start + count)
                for thing in things
            ),
        )


def test_two_share_the_partitions_and_one_that_is_killed_leaves_its_work_to_the_other(
    sessions, login, crew, heard
):
    victim = crew.hire()
    crew.hire()
    eventually(lambda: shares(login) == [1, 1])
    things = [f"t{n}" for n in range(8)]  # on both partitions
    say(sessions, *things, count=5)
    for thing in things:
        eventually(settled(sessions, thing, 5))
    victim.kill()
    say(sessions, *things, start=5, count=5)
    for thing in things:
        eventually(settled(sessions, thing, 10))
    assert [heard(thing) for thing in things] == [list(range(10))] * 8
    assert shares(login) == [2]


def test_one_that_is_frozen_in_its_transaction_is_cut_off_and_what_it_held_is_handled_once(
    sessions, login, crew, heard, letters, beside
):
    frozen = crew.hire(patience=2, TOY_MAY_FREEZE="1")
    eventually(lambda: shares(login) == [2])
    say(sessions, "frozen", count=3)
    eventually(lambda: beside.execute(IN_TRANSACTION).fetchone() == (1,))
    crew.hire()
    eventually(lambda: beside.execute(IN_TRANSACTION).fetchone() == (0,))  # its rows are free
    eventually(settled(sessions, "frozen", 3))
    frozen.send_signal(
        signal.SIGCONT
    )  # it wakes with a batch in its hands that another has handled
    say(sessions, "after", count=3)
    eventually(settled(sessions, "after", 3))
    eventually(lambda: len(shares(login)) == 2)
    assert frozen.poll() is None
    assert (heard("frozen"), heard("after"), letters()) == ([0, 1, 2], [0, 1, 2], [])


def test_a_polite_stop_finishes_the_batch_in_hand_and_commits_its_offset(
    sessions, login, crew, heard, beside, make_runtime
):
    worker = crew.hire()
    eventually(lambda: shares(login) == [2])
    say(sessions, "slow")  # two seconds of work
    eventually(lambda: beside.execute(IN_TRANSACTION).fetchone() == (1,))
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert heard("slow") == [0]
    assert asyncio.run(_lag(make_runtime())) == 0, "the offset is committed: nothing comes again"


async def _lag(runtime) -> int:
    try:
        return await runtime.lag()
    finally:
        await runtime.stop()


@pytest.fixture
def own(tmp_path, keyring, login):
    """A PostgreSQL of this test's own, and a crew at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BACKSTOP_DATABASE_URL", raising=False)
        for name in ("secrets", "run", "logs"):
            (tmp_path / name).mkdir(mode=0o700)
        postgres = PostgresEngine(tmp_path)  # what it has committed survives kill -9
        postgres.start(Silent())
        try:
            engine = make_engine(postgres.access.url("postgres"), field_keys=FIELD_KEYS)
            toy.make_tables(engine)
            crew = Crew(postgres.access, "postgres", login)
            yield postgres, crew, make_sessions(engine, keyring, COUNTY)
            crew.dismiss()
            engine.dispose()
        finally:
            postgres.stop()
            postgres.forget()


def test_a_polite_stop_while_the_database_is_down_is_quick_and_loses_nothing(own, login, post):
    postgres, crew, sessions = own
    worker = crew.hire()
    eventually(lambda: shares(login) == [2])
    say(sessions, "a")
    eventually(settled(sessions, "a", 1))
    mark = process.living(postgres.pid_file)
    os.kill(mark.pid, signal.SIGKILL)
    asyncio.run(post(*(("a", {"thing": "a", "number": n}, {}) for n in (1, 2))))
    time.sleep(1.5)  # it has them in hand, and waits
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    postgres.start(Silent())
    crew.hire()
    eventually(settled(sessions, "a", 3))
    with sessions.begin() as session:
        assert toy.tallied(session, "a") == [0, 1, 2]


def test_what_escapes_a_handler_is_not_passed_over_and_fails_the_liveness_check(
    make_runtime, login, post, heard, letters, monkeypatch
):
    def leave(*args: object) -> None:
        raise SystemExit("somebody's library says so")

    async def run() -> str:
        with monkeypatch.context() as patch:
            patch.setattr(toy.handlers, "apply", leave)
            first = make_runtime()
            await first.start()
            await post(
                ("a", {"thing": "a", "number": 1}, {}), ("a", {"thing": "a", "number": 2}, {})
            )
            async with asyncio.timeout(PATIENCE):
                while not (found := await first.stuck()):
                    await asyncio.sleep(0.05)
            await first.stop()
        second = make_runtime()
        await second.start()
        await settle([second], login)
        await second.stop()
        return found

    monkeypatch.setattr(consumer, "AGAIN", 0.05)
    assert "consumer ended" in asyncio.run(run())
    assert (heard("a"), letters()) == ([1, 2], [])


@pytest.mark.parametrize("codec", ["gzip", "lz4", "snappy", "zstd"])
def test_what_a_sender_compressed_is_read(codec, make_runtime, login, post, heard, letters):
    """A department's own system chooses how it sends."""

    async def run() -> None:
        await post(
            *(("a", {"thing": "a", "number": number}, {}) for number in range(3)),
            compression_type=codec,
        )
        runtime = make_runtime()
        await runtime.start()
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert (heard("a"), letters()) == ([0, 1, 2], [])


def test_a_fetch_that_fails_with_records_in_hand_loses_none(
    make_runtime, login, post, heard, letters, monkeypatch
):
    """It has moved on past them: what was not handled is fetched again."""
    fetch, lost = AIOKafkaConsumer.getmany, []

    async def getmany(self, *partitions, **how):
        found = await fetch(self, *partitions, **how)
        if found and not lost:
            lost.append(found)
            raise CorruptRecordError
        return found

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", getmany)

    async def run() -> None:
        await post(*(("a", {"thing": "a", "number": number}, {}) for number in range(3)))
        runtime = make_runtime()
        await runtime.start()
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert len(lost) == 1
    assert (heard("a"), letters()) == ([0, 1, 2], [])
