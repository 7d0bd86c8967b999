"""Promises 1 to 5 of the chassis on the real broker and database."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from kit import dead_letters, deadlines
from kit.outbox import emit, emitted
from kit.runtime import settle
from tests.conftest import at
from tests.kit import toy
from tests.kit.toy import Counted, Noted, tallied


def test_an_event_of_a_transaction_that_fails_never_leaves(sessions):
    try:
        with sessions.begin() as session:
            emit(session, Counted(thing="a", number=1))
            raise ValueError
    except ValueError:
        pass
    with sessions.begin() as session:
        assert emitted(session) == []


def test_events_arrive_once_and_in_order(sessions, make_runtime, login):
    async def run():
        runtime = make_runtime()
        await runtime.start()
        for start in range(0, 60, 20):
            with sessions.begin() as session:
                emit(session, *(Counted(thing=f"t{n % 4}", number=n) for n in range(start, start + 20)))
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    with sessions.begin() as session:
        for thing in range(4):
            assert tallied(session, f"t{thing}") == list(range(thing, 60, 4))


def test_a_record_delivered_twice_changes_nothing_the_second_time(sessions, make_runtime, login, post):
    same = {"ce_id": str(uuid4()).encode()}

    async def run():
        runtime = make_runtime()
        await runtime.start()
        await post(("a", {"thing": "a", "number": 1}, same), ("a", {"thing": "a", "number": 1}, same))
        await settle([runtime], login)
        await post(("a", {"thing": "a", "number": 1}, same))
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    with sessions.begin() as session:
        assert tallied(session, "a") == [1]


def test_what_cannot_be_handled_waits_with_its_followers_and_harms_no_neighbour(sessions, make_runtime, login, post):
    async def run():
        runtime = make_runtime()
        await runtime.start()
        await post(
            ("bad", {"thing": "bad", "number": -1}, {}),  # its handler refuses
            ("good", {"thing": "good", "number": 1}, {}),
            ("bad", {"thing": "bad", "number": 2}, {}),  # waits behind
            ("null", {"thing": "null", "number": 1}, {"ce_type": None}),  # a null header
            ("torn", b'{"thing": "torn", "num', {}),  # malformed
            ("liar", {"thing": "liar", "number": 1}, {"ce_source": b"/backstop/990121000000/village"}),
            ("later", {"thing": "later"}, {"ce_type": b"toy.thing.renamed.v9"}),  # not known to this version
            ("later", {"thing": "later", "number": 5}, {}),  # must not wait behind it
        )
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    with sessions.begin() as session:
        waiting = {(letter.key.decode(), letter.holds) for letter in dead_letters.waiting(session)}
        assert waiting == {("bad", True), ("null", True), ("torn", True), ("liar", True), ("later", False)}
        assert tallied(session, "good") == [1]
        assert tallied(session, "later") == [5]
        assert tallied(session, "bad") == []
        bad = [letter for letter in dead_letters.waiting(session) if letter.key == b"bad"]
        assert len(bad) == 2
        assert dead_letters.BEHIND in {letter.reason for letter in bad}


def test_a_mended_letter_is_replayed_before_its_followers(sessions, make_runtime, login, post):
    async def run():
        runtime = make_runtime()
        await runtime.start()
        await post(("bad", {"thing": "bad", "number": -1}, {}), ("bad", {"thing": "bad", "number": 2}, {}))
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    with sessions.begin() as session:
        first = min(dead_letters.waiting(session), key=lambda letter: letter.offset)
        dead_letters.mend(session, first.topic, first.partition, first.offset, value=b'{"thing": "bad", "number": 1}')
    assert dead_letters.replay(sessions, toy.handlers, first.topic, b"bad", login.prefix) == 2
    with sessions.begin() as session:
        assert tallied(session, "bad") == [1, 2]
        assert dead_letters.waiting(session) == []


def test_a_hot_event_is_handled_as_a_set(sessions, make_runtime, login):
    async def run():
        runtime = make_runtime()
        await runtime.start()
        with sessions.begin() as session:
            emit(session, *(Noted(thing=f"n{n}") for n in range(500)))
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    with sessions.begin() as session:
        assert session.execute(text("SELECT count(DISTINCT thing) FROM tally WHERE number = 1000")).scalar_one() == 500


def test_deadlines_fire_once_in_the_order_of_the_clock_beside_one_that_fails(sessions):
    now = at(2026, 9, 20)
    with sessions.begin() as session:
        for thing, days in (("late", 3), ("broken", 2), ("early", 1)):
            deadlines.set(session, "ring", thing, now - timedelta(days=4 - days))
        deadlines.set(session, "ring", "future", now + timedelta(days=1))
    assert deadlines.sweep(sessions, toy.jobs, now) == 2
    assert deadlines.sweep(sessions, toy.jobs, now) == 0
    with sessions.begin() as session:
        fired = session.execute(text("SELECT thing FROM tally ORDER BY id")).scalars().all()
        assert fired == ["early", "late"]
        broken = session.execute(text("SELECT error, fired_at FROM deadline WHERE about = 'broken'")).one()
        assert "broken" in broken.error
        assert broken.fired_at is None


def test_a_moved_deadline_fires_at_its_new_moment_only(sessions):
    with sessions.begin() as session:
        deadlines.set(session, "ring", "a", at(2026, 9, 1))
        deadlines.set(session, "ring", "a", at(2026, 9, 5))
        deadlines.set(session, "ring", "b", at(2026, 9, 1))
        deadlines.cancel(session, "ring", "b")
    assert deadlines.sweep(sessions, toy.jobs, at(2026, 9, 4)) == 0
    assert deadlines.sweep(sessions, toy.jobs, at(2026, 9, 6)) == 1
