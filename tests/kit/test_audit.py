"""What a request leaves in the audit, and the chain behind it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit import audit
from kit.actor import Actor
from kit.app import make_app
from kit.audit.sealing import BATCH
from kit.clock import SimulatedClock
from kit.ids import new_id
from kit.messaging.inbox import Envelope
from kit.seal import Keyring
from schemas.codes import Role
from schemas.event import Event
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import acquainted
from tests.helpers.waiting import eventually
from tests.kit import toy
from tests.kit.policy import papers
from tests.kit.policy.papers import OTHER_VILLAGE, TOWNSHIP, VILLAGE, Assignment, Paper

OFFICE, CLERK = actor(Role.COUNTY_CLERK, COUNTY), actor(Role.VILLAGE_CLERK, VILLAGE)
HELPER, TOWNSHIP_CLERK = actor(Role.HELPER, "U001-02"), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
HEADMAN = actor(Role.VILLAGE_CLERK, OTHER_VILLAGE)
INSERT = text("""INSERT INTO audit (at, kind, deed, account, role, place, objects, request)
    SELECT now(), 'act', 'count', 'a', 'HELPER', 'U001-02', ARRAY['paper:' || n], 'r'
    FROM generate_series(1, :rows) AS n""")
Door = Callable[[Actor], TestClient]


@pytest.fixture
def app(
    engine: Engine, sessions: sessionmaker[Session], clock: SimulatedClock, keyring: Keyring
) -> FastAPI:
    papers.Table.metadata.create_all(engine)
    with sessions.begin() as session:
        session.add(Paper(id="p1", village=VILLAGE, department="housing", by_account="else"))
        session.add(Assignment(paper="p1", helper=HELPER.place))
    feature = APIRouter(prefix="/toy")
    feature.include_router(papers.router)
    service = replace(papers.SERVICE, routers=[feature])
    return make_app(service, sessions=sessions, clock=clock, keyring=keyring, county=COUNTY)


@pytest.fixture
def door(app: FastAPI) -> Door:
    def browser(who: Actor) -> TestClient:
        headers = acquainted(app).headers(who)
        return TestClient(app, headers=headers, raise_server_exceptions=False)

    return browser


@pytest.fixture
def rows(sessions: sessionmaker[Session]) -> Callable[[], list[Row]]:
    def kept() -> list[Row]:
        with sessions.begin() as session:
            return list(session.execute(text("SELECT * FROM audit ORDER BY id")))

    return kept


def test_an_act_is_kept_beside_what_it_changed(door, rows, sessions, clock):
    request = new_id()
    answer = door(OFFICE).post(
        "/toy/api/papers/p1/closure", data={"note": "好"}, headers={"x-request-id": request}
    )
    assert answer.status_code == 200
    (row,) = rows()
    assert (row.kind, row.deed, row.objects, row.request) == (
        audit.Kind.ACT,
        "close_paper",
        ["paper:p1"],
        request,
    )
    assert (row.account, row.role, row.place) == (OFFICE.account, "COUNTY_CLERK", COUNTY)
    assert row.at == clock()
    with sessions.begin() as session:
        assert session.get_one(Paper, "p1").note == "好"


def test_what_does_not_commit_leaves_no_act(door, rows):
    office = door(OFFICE)
    at_commit = office.post("/toy/api/papers/p1/closure", data={"note": "a\x00"})
    missing = office.post("/toy/api/papers/none/closure", data={"note": "好"})
    unreadable = office.post("/toy/api/papers/p1/closure")
    assert [one.status_code for one in (at_commit, missing, unreadable)] == [422, 404, 422]
    assert rows() == []


@pytest.mark.parametrize(
    "sent",
    [
        "1600000000{}",
        "990101199001011234{:->18}",
        "{:9>32}",
        "'; DROP TABLE audit; --{}",
        "\tlevel=ERROR {}",
        "a" * 4000 + "{}",
        "0197000{}-aaaa-7aaa-8aaa-aaaaaaaaaaaa more",
    ],
)
def test_a_request_id_that_is_none_is_not_kept(door, rows, sent):
    """A number, a line of a log, a page full: what a proxy gives is a UUID."""
    headers = {"x-request-id": sent.format(1)}
    door(OFFICE).post("/toy/api/papers/p1/closure", data={"note": "好"}, headers=headers)
    assert rows()[0].request != headers["x-request-id"]


def test_a_refusal_by_role_and_by_row_is_kept_and_the_act_is_not(door, rows, sessions):
    by_role = door(HELPER).post("/toy/api/papers/p1/closure", data={"note": "好"})
    move = {"village": OTHER_VILLAGE}
    by_row = door(actor(Role.TOWNSHIP_CLERK, "990121200000")).post(
        "/toy/api/papers/p1/move", json=move
    )
    foreign = door(HEADMAN).get("/toy/api/papers/p1")
    assert [one.status_code for one in (by_role, by_row, foreign)] == [403, 403, 403]
    assert [(row.kind, row.deed, row.objects) for row in rows()] == [
        ("refused", "close_paper", []),
        ("refused", "move_paper", ["paper:p1"]),
        ("refused", "paper", ["paper:p1"]),
    ]
    with sessions.begin() as session:
        assert session.get_one(Paper, "p1").village == VILLAGE


def test_nobody_signed_in_is_nobody_to_keep(app, rows):
    assert TestClient(app).get("/toy/api/papers/p1").status_code == 401
    assert rows() == []


def test_a_read_is_kept_where_a_field_is_shown_that_others_do_not_see(door, rows):
    assert door(HELPER).get("/toy/api/papers/p1").json() == {"id": "p1", "village": VILLAGE}
    assert rows() == []
    assert "id_number" in door(CLERK).get("/toy/api/papers/p1").json()
    (row,) = rows()
    assert (row.kind, row.deed, row.objects) == ("read", "paper", ["paper:p1"])


def test_events_handled_as_a_set_are_one_row_a_batch_and_single_ones_none(sessions, rows):
    def batch(event: type[Event]) -> list[Envelope]:
        body, source = b'{"thing": "a", "number": 1}', f"/backstop/{COUNTY}/toy"
        return [Envelope(source, new_id(), event.type, body, "backstop.toy") for _ in range(3)]

    together = batch(toy.Noted)
    for envelopes in (together, together, batch(toy.Counted)):  # the second time seen before
        with sessions.begin() as session:
            toy.handlers.apply(session, envelopes)
    (row,) = rows()
    assert (row.kind, row.deed, row.account, row.count) == (
        audit.Kind.EVENTS,
        toy.Noted.type,
        "system",
        3,
    )


def sealed(sessions: sessionmaker[Session], count: int) -> None:
    with sessions.begin() as session:
        session.execute(INSERT, {"rows": count})
    assert audit.seal(sessions) == count


def checked(sessions: sessionmaker[Session]) -> audit.Chain:
    with sessions.begin() as session:
        return audit.check(session)


@contextmanager
def unguarded(beside):
    """As the owner of the table, who can take the guard away."""
    beside.execute("ALTER TABLE audit DISABLE TRIGGER USER")
    yield beside
    beside.execute("ALTER TABLE audit ENABLE TRIGGER USER")


def test_the_chain_holds_over_several_turns_and_says_what_waits(sessions):
    assert checked(sessions) == audit.Chain(0, b"", 0)
    sealed(sessions, 3)
    sealed(sessions, 2)
    with sessions.begin() as session:
        session.execute(INSERT, {"rows": 1})
    chain = checked(sessions)
    assert (chain.sealed, chain.unsealed, chain.broken) == (5, 1, None)
    assert len(chain.head) == 32


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET account = 'b' WHERE number = 2",
        "UPDATE audit SET hash = '' WHERE number = 2",
        "UPDATE audit SET deed = 'other' WHERE number IS NULL",
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit WHERE number IS NULL",
        "TRUNCATE audit",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_row(sessions, engine, statement):
    sealed(sessions, 3)
    with sessions.begin() as session:
        session.execute(INSERT, {"rows": 1})
    with (
        pytest.raises(DBAPIError, match="neither changed nor removed"),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET account = 'b' WHERE number = 2", audit.Broken(2, audit.Fault.CHANGED)),
        (
            "UPDATE audit SET at = at + interval '1 microsecond' WHERE number = 3",
            audit.Broken(3, audit.Fault.CHANGED),
        ),
        (
            "UPDATE audit SET objects = ARRAY['paper:9'] WHERE number = 1",
            audit.Broken(1, audit.Fault.CHANGED),
        ),
        ("DELETE FROM audit WHERE number = 2", audit.Broken(2, audit.Fault.MISSING)),
        (
            """DELETE FROM audit WHERE number = 2;
            UPDATE audit SET number = number - 1 WHERE number > 2""",
            audit.Broken(2, audit.Fault.CHANGED),
        ),
    ],
)
def test_a_row_changed_or_removed_behind_the_guard_is_found(sessions, beside, statement, broken):
    sealed(sessions, 4)
    with unguarded(beside):
        beside.execute(statement)
    assert checked(sessions).broken == broken


def test_a_row_that_commits_late_takes_a_later_number(sessions, engine):
    with engine.connect() as late:
        late.execute(INSERT, {"rows": 1})
        sealed(sessions, 2)
        late.commit()
    assert audit.seal(sessions) == 1
    chain = checked(sessions)
    assert (chain.sealed, chain.broken) == (3, None)
    with engine.connect() as connection:
        in_order = connection.execute(text("SELECT number FROM audit ORDER BY id")).scalars()
        assert list(in_order) == [3, 1, 2]


def test_two_sealers_at_once_seal_each_row_once(sessions):
    count = 3 * BATCH + 7
    with sessions.begin() as session:
        session.execute(INSERT, {"rows": count})
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(audit.seal, [sessions, sessions]))
    assert sum(done) == count
    chain = checked(sessions)
    assert (chain.sealed, chain.unsealed, chain.broken) == (count, 0, None)


def test_a_service_at_work_seals_what_commits(make_runtime, sessions):
    async def at_work() -> None:
        runtime = make_runtime()
        await runtime.start()
        try:
            await asyncio.to_thread(write_one)
            await asyncio.to_thread(eventually, lambda: checked(sessions).sealed == 1)
        finally:
            await runtime.stop()

    def write_one() -> None:
        with sessions.begin() as session:
            session.execute(INSERT, {"rows": 1})

    asyncio.run(at_work())
