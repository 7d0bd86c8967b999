"""An engine that is down, busy or not ready is no event's fault: the service waits and buries
nothing.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, contextmanager
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.exc import InternalError

from kit.messaging import consumer
from kit.prober import settle
from tests.helpers.waiting import PATIENCE
from tests.kit import obstacles

LOCK_WAITS = """SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE NOT granted AND datname = current_database())"""


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(consumer, "AGAIN", 0.05)


@contextmanager
def pool_empty(engine, monkeypatch):
    monkeypatch.setattr(engine.pool, "_timeout", 0.05)  # nobody has thirty seconds here
    with ExitStack() as held:
        for _ in range(16):
            held.enter_context(engine.connect())
        yield


@pytest.fixture
def obstacle(request, beside, database, engines, engine, monkeypatch) -> AbstractContextManager:
    made: dict[str, Callable[[], AbstractContextManager]] = {
        "pool empty": lambda: pool_empty(engine, monkeypatch),
        "read-only": lambda: obstacles.read_only(beside, database),
        "not migrated": lambda: obstacles.missing(beside, "tally"),
        "no inbox yet": lambda: obstacles.missing(beside, "inbox"),
        "full": lambda: obstacles.failing(beside, "tally", "53100"),
        "locked": lambda: obstacles.locked(
            beside, database, engines.postgres.dsn(database), "tally"
        ),
    }
    return made[request.param]()


@pytest.mark.parametrize(
    ("obstacle", "reason"),
    [
        ("pool empty", "TimeoutError"),
        ("read-only", "ReadOnlySqlTransaction"),
        ("not migrated", "UndefinedTable"),
        ("no inbox yet", "UndefinedTable"),
        ("full", "DiskFull"),
        ("locked", "LockNotAvailable"),
    ],
    indirect=["obstacle"],
)
def test_it_waits_as_long_as_it_takes_and_then_handles_all_once(
    obstacle, reason, make_runtime, login, post, heard, letters, beside, caplog
):
    caplog.set_level(logging.WARNING, consumer.__name__)

    def waited() -> int:
        return sum(
            "waits" in one.getMessage() and reason in one.getMessage() for one in caplog.records
        )

    async def run() -> None:
        runtime = make_runtime()
        await runtime.start()
        with obstacle:
            await post(*(("a", {"thing": "a", "number": number}, {}) for number in range(3)))
            async with asyncio.timeout(PATIENCE):
                while waited() < 6:  # far more often than an event is tried
                    await asyncio.sleep(0.02)
            buried = await asyncio.to_thread(
                lambda: beside.execute("SELECT count(*) FROM dead_letter").fetchone()
            )
            assert buried == (0,)
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert heard("a") == [0, 1, 2]
    assert letters() == []


def test_a_deadlock_is_nobodys_fault(
    engines, database, beside, make_runtime, login, post, heard, letters, caplog
):
    """Another session holds what the service wants next, and wants what the service has: the
    service is chosen to die.
    """
    caplog.set_level(logging.WARNING, consumer.__name__)
    id, source = str(uuid4()), "/backstop/990121000000/toy"
    beside.execute("SET deadlock_timeout = '1min'")  # whose time is up first is chosen

    def embrace() -> None:
        look = psycopg.connect(engines.postgres.dsn(database), autocommit=True)
        with look, beside.transaction(force_rollback=True):
            beside.execute("LOCK TABLE tally IN SHARE MODE")
            locked.set()
            while look.execute(LOCK_WAITS).fetchone() != (True,):
                pass
            beside.execute("INSERT INTO inbox (source, id) VALUES (%s, %s)", [source, id])

    locked = threading.Event()

    async def run() -> None:
        runtime = make_runtime()
        await runtime.start()
        other = asyncio.create_task(asyncio.to_thread(embrace))
        await asyncio.to_thread(locked.wait, 10)
        await post(("a", {"thing": "a", "number": 1}, {"ce_id": id.encode()}))
        await other
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert [one.getMessage() for one in caplog.records if "DeadlockDetected" in one.getMessage()]
    assert heard("a") == [1]
    assert letters() == []


def test_after_waiting_an_event_that_lost_a_race_is_still_tried_again(hear, heard, letters, beside):
    """Three times without room, then beaten twice by another transaction: only what is its own
    fault counts.
    """
    beside.execute("CREATE SEQUENCE moods")
    beside.execute("""CREATE FUNCTION mood() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE turn bigint; BEGIN
        turn := nextval('moods');
        IF turn <= 3 THEN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'no room'; END IF;
        IF turn <= 5 THEN RAISE EXCEPTION USING ERRCODE = '23505', MESSAGE = 'somebody was faster'; END IF;
        RETURN NEW; END $$""")
    beside.execute(
        "CREATE TRIGGER mood BEFORE INSERT ON tally FOR EACH ROW EXECUTE FUNCTION mood()"
    )
    hear(("a", {"thing": "a", "number": 1}, {}))
    assert heard("a") == [1]
    assert letters() == []


def test_a_connection_opened_while_the_database_was_read_only_is_not_kept_after_it(
    engine, beside, database
):
    """The session's own default outlives the setting: only a new connection can write."""
    with (
        obstacles.read_only(beside, database),
        pytest.raises(InternalError, match="read-only"),
        engine.begin() as first,
    ):
        first.exec_driver_sql("CREATE TABLE written (x int)")
    with engine.begin() as second:
        second.exec_driver_sql("CREATE TABLE written (x int)")
    assert beside.execute("SELECT count(*) FROM written").fetchone() == (0,)
