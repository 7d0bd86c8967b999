"""Dead letters: one bad event neither blocks nor loses its neighbours, and waits, with its
followers, to be mended.
"""

import asyncio
import json
import logging
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

from kit.messaging import consumer, dead_letters
from kit.messaging.dead_letters import BEHIND, DONE, TAKE, UNKNOWN
from kit.prober import settle
from schemas.event import Event
from tests.helpers.waiting import PATIENCE
from tests.kit import obstacles, toy
from tests.kit.toy import Counted

WAITS = """SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock')"""
LATER = "toy.thing.renamed.v9"  # what the next version will say


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(consumer, "AGAIN", 0.05)


def said(thing: str, number: int, **changed: bytes | None) -> tuple[str, dict, dict]:
    return thing, {"thing": thing, "number": number}, changed


def keys(letters) -> list[tuple[str, str]]:
    return sorted((letter.key.decode(), letter.reason) for letter in letters)


def test_in_a_batch_only_the_bad_events_and_their_followers_are_laid_aside(hear, heard, letters):
    events = [said(f"t{n % 8}", n) for n in range(64)]
    events[19] = said("t3", -1)
    events[42] = ("t2", b"{", {})
    hear(*events)
    for n in (0, 1, 4, 5, 6, 7):
        assert heard(f"t{n}") == list(range(n, 64, 8))
    assert (heard("t3"), heard("t2")) == ([3, 11], [2, 10, 18, 26, 34])
    held = keys(letters())
    assert [(key, reason) for key, reason in held if reason != BEHIND] == [
        (
            "t2",
            "not a valid Counted: body: Invalid JSON: EOF while parsing an object at line 1 column 1",
        ),
        ("t3", "Refused('小于零')"),
    ]
    assert [key for key, reason in held if reason == BEHIND] == ["t2"] * 2 + ["t3"] * 5


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (said("bad", -1), "Refused('小于零')"),  # its handler refuses it
        (said("bad", 1, ce_type=None), "headers: AttributeError"),
        (said("bad", 1, ce_type=b"\xd6\xd0"), "headers: UnicodeDecodeError"),
        (said("bad", 1, ce_id=b"17"), "headers: ValueError"),
        (
            said("bad", 1, **{"\0": b"", "ce_source": None}),
            "headers: AttributeError",
        ),  # nor can a table keep its name
        (
            said("bad", 1, ce_source=b"/backstop/990121000000/village"),
            "may not write to",
        ),  # another one's topic
        (("bad", b'{"thing": "bad", "num', {}), "not a valid Counted: body: Invalid JSON"),
        (("bad", b"", {}), "not a valid Counted: body: Invalid JSON"),
        (said("bad", 2**40), "NumericValueOutOfRange"),
        (("bad", {"thing": "bad\0", "number": 1}, {}), "NUL"),
    ],
)
def test_whatever_is_wrong_with_it_it_is_kept_as_it_came_with_the_reason(
    record, reason, hear, heard, letters
):
    hear(record, said("good", 1), said("bad", 2), said("good", 2))
    first, behind = letters()
    assert reason in first.reason
    assert (first.holds, behind.holds, behind.reason) == (True, True, BEHIND)
    assert (heard("bad"), heard("good")) == ([], [1, 2])
    key, _, changed = record
    kept = dict(
        zip([name.replace("\ufffd", "\0") for name in first.names], first.contents, strict=True)
    )
    assert (first.key.decode(), kept) == (key, kept | changed)


def test_a_text_too_long_for_an_index_is_its_own_fault_although_the_database_calls_it_operational(
    hear, heard, letters, beside
):
    with obstacles.failing(beside, "tally", "54000"):
        hear(said("long", 1))
    assert "ProgramLimitExceeded" in letters()[0].reason


def test_an_event_beaten_twice_by_another_transaction_is_not_laid_aside(
    hear, heard, letters, beside
):
    with obstacles.failing(beside, "tally", "23505", times=2):
        hear(said("a", 1))
        assert (heard("a"), letters()) == ([1], [])


def test_a_header_whose_name_is_no_text_stops_nobody(
    login, make_runtime, heard, letters, monkeypatch
):
    """As a system that writes GBK sends it: aiokafka itself cannot read on there."""
    build = BatchBuilder._build

    def torn(self) -> bytearray:
        batch = bytearray(build(self)).replace(b"NAME", "名称".encode("gbk"))
        batch[17:21] = struct.pack(">I", calc_crc32c(bytes(batch[21:])))
        self._buffer = batch
        return batch

    async def run() -> None:
        monkeypatch.setattr(BatchBuilder, "_build", torn)
        async with AIOKafkaProducer(**login.options(), acks="all", linger_ms=200) as producer:
            sent = []
            for partition in (0, 1):
                for number in range(30):
                    headers = [
                        ("ce_id", str(uuid4()).encode()),
                        ("ce_type", b"toy.thing.counted.v1"),
                        ("ce_source", b"/backstop/990121000000/toy"),
                        ("NAME" if (partition, number) == (0, 13) else "name", b"x"),
                    ]
                    value = json.dumps({"thing": f"p{partition}", "number": number}).encode()
                    sent.append(
                        await producer.send(
                            login.prefix + "backstop.toy",
                            value,
                            key=b"k",
                            partition=partition,
                            headers=headers,
                        )
                    )
            await asyncio.gather(*sent)
        runtime = make_runtime()
        await runtime.start()
        await settle([runtime], login, timeout=20)
        await runtime.stop()

    asyncio.run(run())
    assert (heard("p0"), heard("p1"), letters()) == (list(range(30)), list(range(30)), [])


def test_mended_and_replayed_they_come_in_the_original_order_and_hold_nobody_after(
    hear, heard, letters, sessions, login
):
    hear(said("bad", -1), said("bad", 2), said("good", 1))
    hear(said("bad", 3), said("good", 2))
    assert [letter.reason == BEHIND for letter in letters()] == [False, True, True]
    first = letters()[0]
    with pytest.raises(Exception, match="小于零"):
        dead_letters.replay(sessions, toy.handlers, first.topic, b"bad", login.prefix)
    assert (len(letters()), heard("bad")) == (3, []), "all of them, or none"
    with sessions.begin() as session:
        dead_letters.mend(
            session,
            first.topic,
            first.partition,
            first.offset,
            value=b'{"thing": "bad", "number": 1}',
        )
    assert dead_letters.replay(sessions, toy.handlers, first.topic, b"bad", login.prefix) == 3
    hear(said("bad", 4))
    assert (heard("bad"), heard("good"), letters()) == ([1, 2, 3, 4], [1, 2], [])


def test_a_header_is_mended_like_a_body(hear, heard, letters, sessions, login):
    hear(said("bad", 1, ce_type=None))
    first = letters()[0]
    with sessions.begin() as session:
        dead_letters.mend(
            session,
            first.topic,
            first.partition,
            first.offset,
            headers={"ce_type": "toy.thing.counted.v1"},
        )
    assert dead_letters.replay(sessions, toy.handlers, first.topic, b"bad", login.prefix) == 1
    assert (heard("bad"), letters()) == ([1], [])


def test_what_comes_during_a_replay_is_handled_after_it_and_left_behind_by_nobody(
    hear, heard, letters, sessions, login, make_runtime, post, monkeypatch
):
    hear(said("bad", -1))
    first = letters()[0]
    with sessions.begin() as session:
        dead_letters.mend(
            session,
            first.topic,
            first.partition,
            first.offset,
            value=b'{"thing": "bad", "number": 1}',
        )
    begun, go_on, apply = threading.Event(), threading.Event(), toy.handlers.apply

    def slowly(session, envelopes, prefix):
        apply(session, envelopes, prefix)
        if not begun.is_set():
            begun.set()
            go_on.wait(10)

    monkeypatch.setattr(toy.handlers, "apply", slowly)

    async def run() -> None:
        replaying = asyncio.create_task(
            asyncio.to_thread(
                dead_letters.replay, sessions, toy.handlers, first.topic, b"bad", login.prefix
            )
        )
        await asyncio.to_thread(begun.wait, 10)
        runtime = make_runtime()
        await runtime.start()
        await post(said("bad", 2))
        await asyncio.sleep(0.5)
        go_on.set()
        assert await replaying in (1, 2)
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert (heard("bad"), letters()) == ([1, 2], [])


def test_who_meets_a_replay_waits_for_its_end_instead_of_queueing_up_behind_it(
    hear, letters, sessions, beside
):
    """Buried after the replay's last look it would wait for ever."""
    hear(said("bad", -1))
    first = letters()[0]
    later = ConsumerRecord(
        first.topic, first.partition, first.offset + 1, 0, 0, first.key, b"{}", None, 0, 0, ()
    )

    def meet() -> list[ConsumerRecord]:
        with sessions.begin() as session:
            return dead_letters.not_held(session, [later])

    with ThreadPoolExecutor() as pool, sessions.begin() as replaying:
        replaying.execute(TAKE, {"topic": first.topic, "key": first.key})
        meeting = pool.submit(meet)
        while not meeting.done() and beside.execute(WAITS).fetchone() != (True,):
            time.sleep(0.01)
        where = {"topic": first.topic, "partition": first.partition, "offset": first.offset}
        replaying.execute(DONE, where)
        replaying.commit()
        assert meeting.result(10) == [later]
    assert letters() == []


def test_an_unknown_type_is_kept_aside_holds_nobody_and_is_replayed_by_the_version_that_knows_it(
    hear, heard, letters, sessions, login, monkeypatch
):
    hear(said("later", 1, ce_type=LATER.encode()), said("later", 2), said("later", 3))
    [aside] = letters()
    assert (aside.reason, aside.holds) == (UNKNOWN, False)
    assert heard("later") == [2, 3]
    assert dead_letters.replay(sessions, toy.handlers, aside.topic, b"later", login.prefix) == 0
    assert letters() == [aside], "this version must not throw it away"

    class Renamed(Counted):
        pass

    Renamed.type = LATER
    monkeypatch.setitem(Event.known, LATER, Renamed)
    monkeypatch.setattr(toy.handlers, "_takes", dict(toy.handlers._takes))
    monkeypatch.setattr(toy.handlers, "topics", dict(toy.handlers.topics))
    toy.handlers.on(Renamed)(toy.counted)
    assert dead_letters.replay(sessions, toy.handlers, aside.topic, b"later", login.prefix) == 1
    assert (heard("later"), letters()) == ([2, 3, 1], [])


@pytest.mark.parametrize("state", ["53100", "P0001", None])
def test_a_dead_letter_that_cannot_be_written_is_not_lost(
    state, make_runtime, login, post, heard, letters, beside, caplog
):
    """The table is full, refuses for a reason nobody foresaw, or is not there: the event waits,
    then all is as it should.
    """
    caplog.set_level(logging.WARNING, consumer.__name__)

    def waited() -> int:
        return sum("waits" in one.getMessage() for one in caplog.records)

    async def run() -> None:
        runtime = make_runtime()
        await runtime.start()
        with (
            obstacles.failing(beside, "dead_letter", state)
            if state
            else obstacles.missing(beside, "dead_letter")
        ):
            await post(said("bad", -1), said("bad", 2), said("good", 1))
            async with asyncio.timeout(PATIENCE):
                while waited() < 4:
                    await asyncio.sleep(0.02)
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert [(letter.key, letter.reason) for letter in letters()] == [
        (b"bad", "Refused('小于零')"),
        (b"bad", BEHIND),
    ]
    assert heard("good") == [1]
