"""A service that begins late hears two months of others' past, and starts nothing of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from kit import deadlines
from kit.ids import new_id
from kit.messaging import beginning
from kit.messaging.inbox import Envelope, Handlers
from kit.messaging.outbox import emit
from tests.conftest import COUNTY, at
from tests.kit import toy

BEGAN = at(2026, 9, 1)
DAYS = [at(2026, 7, 1) + timedelta(days=n) for n in range(62)]  # July and August


@pytest.fixture
def handlers() -> Handlers:
    handlers = Handlers()
    handlers.begins = True

    @handlers.on(toy.Counted)
    def acts(session: Session, event: toy.Counted) -> None:
        session.add(toy.Tally(thing="acted", number=event.number))
        emit(session, toy.Noted(thing=event.thing))
        deadlines.set(session, "ring", event.thing, BEGAN)

    @handlers.on(toy.Noted, projecting=True)
    def keeps(session: Session, event: toy.Noted) -> None:
        session.add(toy.Tally(thing="kept", number=int(event.thing)))

    handlers.beside(toy.Counted, sees)
    return handlers


def sees(session: Session, events) -> None:
    session.add_all(toy.Tally(thing="seen", number=event.number) for event in events)


def envelope(event, when) -> Envelope:
    source = f"/backstop/{COUNTY}/toy"
    body, sent = event.model_dump_json().encode(), when.isoformat().encode()
    return Envelope(source, new_id(), event.type, body, "backstop.toy", sent)


def test_two_months_of_the_past_fill_projections_and_start_nothing(sessions, handlers):
    past = [
        envelope(event, day)
        for number, day in enumerate(DAYS)
        for event in (toy.Counted(thing=f"t{number}", number=number), toy.Noted(thing=str(number)))
    ]
    with sessions.begin() as session:
        beginning.begin(session, BEGAN)
        beginning.begin(session, BEGAN + timedelta(days=9))  # a later start changes nothing
        assert beginning.began(session) == BEGAN
        handlers.apply(session, past)
    with sessions.begin() as session:
        assert toy.tallied(session, "seen") == list(range(62))
        assert toy.tallied(session, "kept") == list(range(62))
        assert toy.tallied(session, "acted") == []
        assert started(session) == (0, 0)
    now = [envelope(toy.Counted(thing="t", number=7), BEGAN)]
    with sessions.begin() as session:
        handlers.apply(session, [*past, *now])  # the past once more, and the first of the new
    with sessions.begin() as session:
        assert toy.tallied(session, "acted") == [7]
        assert toy.tallied(session, "seen") == [*range(62), 7]
        assert started(session) == (1, 1)


def test_a_service_that_did_not_declare_it_takes_all_of_the_past(sessions, handlers):
    handlers.begins = False
    with sessions.begin() as session:
        beginning.begin(session, BEGAN)
        handlers.apply(session, [envelope(toy.Counted(thing="t", number=7), DAYS[0])])
        assert toy.tallied(session, "acted") == [7]


@pytest.mark.parametrize("starts", ["emit", "deadline"])
def test_a_projection_that_would_start_something_of_the_past_fails(sessions, starts):
    handlers = Handlers()
    handlers.begins = True

    @handlers.on(toy.Noted, projecting=True)
    def keeps(session: Session, event: toy.Noted) -> None:
        if starts == "emit":
            emit(session, toy.Shouted(thing="x"))
        else:
            deadlines.set(session, "ring", "x", BEGAN)

    past = [envelope(toy.Noted(thing="1"), DAYS[0])]
    with sessions.begin() as session:
        beginning.begin(session, BEGAN)
        with pytest.raises(beginning.Past):
            handlers.apply(session, past)


def test_a_service_begins_by_the_clock_that_stamps_what_services_say(
    sessions, handlers, make_runtime
):
    """Its own stands on another day, as in a rehearsal."""

    def say(thing: str) -> None:
        with sessions.begin() as session:
            emit(session, toy.Noted(thing=thing))

    async def up() -> None:
        runtime = make_runtime()
        runtime.service = replace(toy.SERVICE, handlers=handlers)
        try:
            await runtime.start()
        finally:
            await runtime.stop()

    say("before")
    asyncio.run(up())
    say("after")
    with sessions.begin() as session:
        said = session.execute(text("SELECT created_at FROM outbox ORDER BY seq")).scalars()
        before, after = list(said)
        assert before < beginning.began(session) < after


def started(session: Session) -> tuple[int, int]:
    """Outgoing events and deadlines."""
    sent = session.execute(text("SELECT count(*) FROM outbox")).scalar_one()
    clocks = session.execute(text("SELECT count(*) FROM deadline")).scalar_one()
    return sent, clocks
