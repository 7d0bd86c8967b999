"""What is committed, and nothing else, arrives: once and in order."""

import asyncio

from sqlalchemy import text

from kit.messaging.outbox import emit, emitted
from kit.prober import settle
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
                emit(
                    session,
                    *(Counted(thing=f"t{n % 4}", number=n) for n in range(start, start + 20)),
                )
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    with sessions.begin() as session:
        for thing in range(4):
            assert tallied(session, f"t{thing}") == list(range(thing, 60, 4))


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
        assert (
            session.execute(
                text("SELECT count(DISTINCT thing) FROM tally WHERE number = 1000")
            ).scalar_one()
            == 500
        )
