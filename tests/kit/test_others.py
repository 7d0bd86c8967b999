"""What systems of others send (BH-05): it never holds back what our own services say, is counted where
it cannot be handled, and takes a bounded room.
"""

import asyncio
import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from backstop.engines import ensure_topics
from kit.messaging import dead_letters
from kit.messaging.dead_letters import KEPT, Which
from kit.messaging.inbox import Handlers, Unreadable
from kit.runtime import Runtime, settle
from kit.service import Service
from schemas.event import Event
from tests.conftest import COUNTY
from tests.helpers.bombs import bomb, throw
from tests.helpers.waiting import eventually
from tests.kit import toy
from tests.kit.toy import Counted, Tally


class Told(
    Event, type="guest.thing.told.v1", topic="backstop.guest.{guest}.replies", about="thing"
):
    guest: str
    thing: str


handlers, may_go = Handlers(), threading.Event()
handlers.on(Counted)(toy.counted)


@handlers.on(Told)
def told(session, event: Told) -> None:
    if event.thing == "slow":
        may_go.wait(60)
    session.add(Tally(thing=event.thing, number=1))


HOST = Service(
    name="host",
    title="东家",
    metadata=toy.SERVICE.metadata,
    folder=toy.SERVICE.folder,
    handlers=handlers,
    jobs=toy.SERVICE.jobs,
)


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
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert heard("slow") == [1]


def test_h_05_letters_of_one_kind_are_counted_and_the_first_are_kept(
    host, login, tell, heard, sessions
):
    """A flood of empty records, of broken ones and of unknown types, in one topic."""

    async def run() -> None:
        await tell(
            of("before"),
            *((None, b"", dict.fromkeys(("ce_id", "ce_type", "ce_source"))) for _ in range(300)),
            *((f"k{n}", b"{", {}) for n in range(100)),
            *(("k", b"{}", {"ce_type": f"x.y.z.v{n}".encode()}) for n in range(30)),
            of("k1"),
            of("after"),
        )
        runtime = host()
        await runtime.start()
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(run())
    assert [heard(thing) for thing in ("before", "k1", "after")] == [[1], [1], [1]]
    with sessions.begin() as session:
        rows = dead_letters.kinds(session)
        letters = dead_letters.waiting(session)
    assert {row.kind: (row.type, row.count, row.kept, row.first, row.last) for row in rows} == {
        "Unreadable": ("", 300, KEPT, "0:1", "0:300"),
        "ValidationError": (Told.type, 100, KEPT, "0:301", "0:400"),
        "Unknown": ("", 30, KEPT, "0:401", "0:430"),
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
            await settle([runtime], login)
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
        await settle([runtime], login)
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
