"""What systems of others send (BH-05): it never holds back what our own services say, is counted where
it cannot be handled, and takes a bounded room.
"""

import asyncio
import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from sqlalchemy import text

from backstop.engines import ensure_topics
from kit.errors import Conflict, Refused
from kit.messaging import consumer, dead_letters
from kit.messaging.dead_letters import KEPT, Which
from kit.messaging.inbox import Handlers, TooLarge, Unreadable, passed_over
from kit.prober import settle
from kit.runtime import Runtime
from kit.service import Service
from schemas.event import Event
from tests.conftest import COUNTY
from tests.helpers.bombs import bomb, throw
from tests.helpers.waiting import PATIENCE, eventually
from tests.kit import obstacles, toy
from tests.kit.toy import Counted, Tally

TOPIC = "backstop.guest.{guest}.replies"
CLOSES = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1)"


class Told(Event, type="guest.thing.told.v1", topic=TOPIC, about="thing"):
    guest: str
    thing: str


handlers, may_go = Handlers(), threading.Event()
handlers.on(Counted)(toy.counted)


def take(session, records, prefix: str) -> None:
    """It refuses two kinds of records, and says of itself that a third is no event."""
    for record in records:
        if why := passed_over(dict(record.headers)):
            raise TooLarge(why)
        if not record.value:
            raise Refused("没有内容")
        if record.value == b"{":
            raise Conflict("不完整")
        thing = Told.model_validate_json(record.value).thing
        if thing == "slow":
            may_go.wait(60)
        once(session, thing, 1)


def postpone(session, record, prefix: str, kept: bool) -> None:
    """What its sender is told: its place, below zero where we have not kept all of it."""
    once(session, "answer", record.offset if kept else -record.offset)


def once(session, thing: str, number: int) -> None:
    """Whatever is sent to us may come again."""
    if not {number, -number} & set(toy.tallied(session, thing)):
        session.add(Tally(thing=thing, number=number))


handlers.border(TOPIC, take, postpone)
HOST = Service(
    name="host",
    title="东家",
    metadata=toy.SERVICE.metadata,
    folder=toy.SERVICE.folder,
    handlers=handlers,
    jobs=toy.SERVICE.jobs,
)


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(consumer, "AGAIN", 0.05)
    monkeypatch.setattr(consumer, "LIMIT", text("SET LOCAL statement_timeout = '500ms'"))


@pytest.fixture
def host(make_runtime, engines, login) -> Callable[[], Runtime]:
    """A service that hears its own kind and a guest."""
    ensure_topics(engines.kafka, {f"{login.prefix}backstop.guest.anna.replies": 1})

    def make() -> Runtime:
        toys = make_runtime()
        return Runtime(
            HOST,
            engine=toys.engine,
            sessions=toys.sessions,
            dsn=toys.dsn,
            kafka=login,
            clock=toys.clock,
            county=COUNTY,
            every=None,
        )

    return make


@pytest.fixture
def tell(login) -> Callable:
    """`await tell((key, body, changed headers), …)`: as the guest sends it."""

    async def put(*records: tuple[str | None, bytes | None, dict]) -> None:
        async with AIOKafkaProducer(**login.options(), acks="all", linger_ms=20) as producer:
            sent = []
            for key, body, changed in records:
                headers = {
                    "ce_id": str(uuid4()).encode(),
                    "ce_type": Told.type.encode(),
                    "ce_source": b"/backstop/990121000000/guest/anna",
                } | changed
                sent.append(
                    await producer.send(
                        f"{login.prefix}backstop.guest.anna.replies",
                        body,
                        key=key.encode() if key else None,
                        headers=[(name, value) for name, value in headers.items() if value],
                    )
                )
            await asyncio.gather(*sent)

    return put


@pytest.fixture
def serve(host, login, tell) -> Callable[..., None]:
    """`serve((key, body, changed headers), …)`: they lie there; the host handles them, and stops."""

    def all_of(*records: tuple[str | None, bytes | None, dict]) -> None:
        async def run() -> None:
            await tell(*records)
            runtime = host()
            await runtime.start()
            await settle([runtime], login, timeout=PATIENCE)
            await runtime.stop()

        asyncio.run(run())

    return all_of


def of(thing: str, **changed: bytes | None) -> tuple[str, bytes, dict]:
    return thing, Told(guest="anna", thing=thing).model_dump_json().encode(), changed


def test_h_05_what_others_sent_never_holds_back_what_our_services_say(
    host, login, tell, post, heard
):
    async def run() -> None:
        may_go.clear()
        runtime = host()
        await runtime.start()
        await tell(of("slow"))
        await post(("ours", {"thing": "ours", "number": 7}, {}))
        await asyncio.to_thread(eventually, lambda: heard("ours") == [7])
        assert heard("slow") == []
        may_go.set()
        await settle([runtime], login, timeout=PATIENCE)
        await runtime.stop()

    asyncio.run(run())
    assert heard("slow") == [1]


def test_h_05_letters_of_one_kind_are_counted_and_the_first_are_kept(
    host, login, tell, heard, sessions
):
    """A flood of empty records, of broken ones and of unknown types, in one topic; each is answered."""

    async def run() -> None:
        await tell(
            of("before"),
            *((None, b"", dict.fromkeys(("ce_id", "ce_type", "ce_source"))) for _ in range(40)),
            *((f"k{n}", b"{", {}) for n in range(30)),
            *(("k", b"{", {"ce_type": f"x.y.z.v{n}".encode()}) for n in range(25)),
            of("k1"),
            of("after"),
        )
        runtime = host()
        await runtime.start()
        await settle([runtime], login, timeout=PATIENCE)
        await runtime.stop()

    asyncio.run(run())
    assert [heard(thing) for thing in ("before", "k1", "after")] == [[1], [1], [1]]
    assert sorted(map(abs, heard("answer"))) == list(range(1, 96))
    assert sum(place > 0 for place in heard("answer")) == 3 * KEPT
    with sessions.begin() as session:
        rows = dead_letters.kinds(session)
        letters = dead_letters.waiting(session)
    assert {(row.kind, row.type): (row.count, row.kept, row.first, row.last) for row in rows} == {
        ("Refused", ""): (40, KEPT, "0:1", "0:40"),
        ("Conflict", Told.type): (30, KEPT, "0:41", "0:70"),
        ("Conflict", ""): (25, KEPT, "0:71", "0:95"),
    }
    assert not any(row.holds for row in rows)
    assert len(letters) == 3 * KEPT


def test_h_05_what_comes_again_is_not_counted_again(sessions):
    def record(offset: int) -> ConsumerRecord:
        return ConsumerRecord("t.replies", 0, offset, 0, 0, None, None, None, 0, 0, ())

    for offset in (1, 2, 1, 2, 3):
        with sessions.begin() as session:
            dead_letters.bury_of_others(session, record(offset), Unreadable("headers"))
    with sessions.begin() as session:
        assert [(row.count, row.kept) for row in dead_letters.kinds(session)] == [(3, 3)]
        assert len(dead_letters.waiting(session, Which(kind="Unreadable"))) == 3


def test_h_05_who_read_the_topics_of_others_before_is_followed_where_it_stopped(
    host, login, tell, heard, letters
):
    """Until now one group read all topics; what it had handled is not read again."""
    partition = TopicPartition(f"{login.prefix}backstop.guest.anna.replies", 0)

    async def run() -> None:
        await tell(("a", b"{", {}), of("old"), of("new"))
        options = login.options() | {"group_id": f"{login.prefix}host"}
        async with AIOKafkaConsumer(**options, enable_auto_commit=False) as before:
            before.assign([partition])
            await before.commit({partition: 2})
        for _ in range(2):
            runtime = host()
            await runtime.start()
            await settle([runtime], login, timeout=PATIENCE)
            await runtime.stop()

    asyncio.run(run())
    assert (heard("old"), heard("new"), letters()) == ([], [1], [])


def test_h_01_a_bomb_of_others_is_counted_like_any_letter(host, login, tell, heard, sessions):
    async def run() -> None:
        topic = f"{login.prefix}backstop.guest.anna.replies"
        await throw(login.options(), topic, bomb("zstd", 1_100), times=30)
        await tell(of("after"))
        runtime = host()
        await runtime.start()
        await settle([runtime], login, timeout=PATIENCE)
        await runtime.stop()

    asyncio.run(run())
    assert heard("after") == [1]
    with sessions.begin() as session:
        [row] = dead_letters.kinds(session)
    assert (row.kind, row.count, row.kept, row.first, row.last) == (
        "TooLarge",
        30,
        KEPT,
        "0:0",
        "0:29",
    )


def test_h_05_a_topic_of_others_is_taken_at_a_border_alone():
    with pytest.raises(TypeError, match="others write to"):
        Handlers().on(Told)(toy.counted)
    assert (HOST.heard_of_ours, HOST.heard_of_others) == ([Counted.topic], [TOPIC])


@pytest.mark.parametrize(
    "does",
    [
        CLOSES,
        "RAISE EXCEPTION USING ERRCODE = '53200', MESSAGE = 'out of memory'",
        "PERFORM pg_sleep(60)",
        "RAISE EXCEPTION USING ERRCODE = '40P01', MESSAGE = 'deadlock detected'",
    ],
    ids=["closes", "memory", "time", "deadlock"],
)
def test_h_01_what_the_engine_refuses_to_a_letter_of_others_alone_is_laid_aside_and_answered(
    does, serve, tell, heard, sessions, beside
):
    with obstacles.poisoned(beside, "tally", "NEW.thing = 'bad'", does):
        serve(of("before"), of("bad"), of("bad"), of("after"))
    assert (heard("before"), heard("after"), heard("answer")) == ([1], [1], [1, 2])
    with sessions.begin() as session:
        [row] = dead_letters.kinds(session)
    assert (row.count, row.kept, row.holds) == (2, 2, False)


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep"), OSError("odd")])
def test_h_01_what_fails_in_our_own_process_for_a_letter_of_others_is_laid_aside_and_answered(
    error, serve, heard, letters, monkeypatch
):
    def fails(session, records, prefix: str) -> None:
        if any(b'"bad"' in record.value for record in records):
            raise error
        take(session, records, prefix)

    [border] = handlers.borders
    monkeypatch.setattr(handlers, "borders", [border._replace(take=fails)])
    serve(of("before"), of("bad"), of("after"))
    assert [letter.reason for letter in letters()] == [repr(error)]
    assert (heard("before"), heard("after"), heard("answer")) == ([1], [1], [1])


@pytest.mark.parametrize(
    ("table", "row", "answers"),
    [("dead_letter", "NEW.value IS NOT NULL", [-1]), ("tally", "NEW.thing = 'answer'", [])],
    ids=["not kept as it came", "nor answered"],
)
@pytest.mark.parametrize(
    "does",
    [CLOSES, "RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'not this one'"],
    ids=["closes", "refuses"],
)
def test_h_01_a_letter_of_others_that_cannot_be_laid_aside_leaves_its_place(
    table, row, answers, does, serve, heard, letters, beside
):
    """Its sender is told where that can be; else nothing is held back all the same."""
    with obstacles.poisoned(beside, table, row, does):
        serve(of("before"), ("bad", b"{", {}), of("after"))
    [letter] = letters()
    assert (letter.offset, list(letter.names)) == (1, [])
    assert (heard("before"), heard("after"), heard("answer")) == ([1], [1], answers)


def test_h_01_while_no_letter_at_all_can_be_written_others_wait_and_nothing_is_lost(
    host, login, tell, heard, letters, beside, caplog
):
    def waited() -> int:
        return sum("waits" in line.getMessage() for line in caplog.records)

    async def run() -> None:
        runtime = host()
        await runtime.start()
        with obstacles.missing(beside, "dead_letter"):
            await tell(("bad", b"{", {}), of("after"))
            await asyncio.to_thread(eventually, lambda: waited() >= 6)
        await settle([runtime], login, timeout=PATIENCE)
        await runtime.stop()

    asyncio.run(run())
    assert (heard("after"), heard("answer"), len(letters())) == ([1], [0], 1)
