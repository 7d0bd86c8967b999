"""Tampering with the audit: whatever is changed, taken out, put in, cut off or made anew is found."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit import audit
from kit.actor import SYSTEM
from kit.audit.entry import MOST_NAMED
from kit.audit.verifying import LATE
from kit.errors import Refused
from tests.helpers.waiting import eventually
from tests.kit.policy.papers import Paper
from tests.kit.test_audit import INSERT, sealed, unguarded

DAY = date(2026, 9, 1)
FORGED = """INSERT INTO audit
    (at, kind, deed, account, role, place, objects, request, number, hash)
    SELECT at, kind, deed, 'forged', role, place, objects, request, {number}, {hash}
    FROM audit WHERE number = 2"""
OLD = """INSERT INTO audit (id, at, kind, deed, account, role, place, objects, request)
    SELECT uuidv7(interval '-{seconds} seconds'), now(), 'act', 'count', 'a', 'HELPER', 'U001-02', '{{}}', 'r'"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "heads"


def verified(sessions: sessionmaker[Session], folder: Path) -> audit.Chain:
    with sessions.begin() as session:
        return audit.check(session, audit.copied(session, folder))


def test_a_day_s_head_is_copied_once_and_nothing_before_there_is_one(sessions, folder):
    assert audit.copy_head(sessions, folder, DAY) is False
    sealed(sessions, 2)
    assert audit.copy_head(sessions, folder, DAY) is True
    sealed(sessions, 1)
    assert audit.copy_head(sessions, folder, DAY) is True  # its line is there
    [file] = folder.iterdir()
    before = file.read_text()
    assert audit.copy_head(sessions, folder, DAY + timedelta(days=1)) is True
    assert file.read_text().startswith(before)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["day"], line["number"]) for line in lines] == [
        ("2026-09-01", 2),
        ("2026-09-02", 3),
    ]
    chain = verified(sessions, folder)
    assert (chain.sealed, chain.compared, chain.broken) == (3, 2, None)


def test_the_sealer_copies_the_head_of_each_day(sessions, folder, clock):
    async def at_work() -> None:
        task = asyncio.create_task(audit.sealer(sessions, folder, clock))
        try:
            for days in (1, 2):
                await asyncio.to_thread(eventually, lambda days=days: len(heads()) == days)
                clock.set(clock() + timedelta(days=1))
        finally:
            task.cancel()

    def heads() -> list[audit.Head]:
        with sessions.begin() as session:
            return audit.copied(session, folder)

    with sessions.begin() as session:
        session.execute(INSERT, {"rows": 1})
    asyncio.run(at_work())
    assert [head.day for head in heads()][:2] == [DAY, DAY + timedelta(days=1)]


@pytest.mark.parametrize(
    ("statement", "number", "fault"),
    [
        ("UPDATE audit SET account = 'b' WHERE number = 2", 2, audit.Fault.CHANGED),
        ("UPDATE audit SET on_behalf = 'b' WHERE number = 3", 3, audit.Fault.CHANGED),
        ("DELETE FROM audit WHERE number = 1", 1, audit.Fault.MISSING),
        ("DELETE FROM audit WHERE number = 3", 3, audit.Fault.MISSING),
        # at the end, after the sealed head, with a gap, and beside another one
        (FORGED.format(number=5, hash="sha256('made up')"), 5, audit.Fault.CHANGED),
        (FORGED.format(number=7, hash="sha256('made up')"), 5, audit.Fault.MISSING),
        (FORGED.format(number=0, hash="sha256('made up')"), 0, audit.Fault.INSERTED),
        (
            "ALTER TABLE audit DROP CONSTRAINT audit_number_key;"
            + FORGED.format(number=3, hash="hash"),
            3,
            audit.Fault.INSERTED,
        ),
        # in the middle, the others moved up
        (
            "UPDATE audit SET number = number + 10 WHERE number > 2;"
            + FORGED.format(number=3, hash="sha256('made up')")
            + ";UPDATE audit SET number = number - 9 WHERE number > 10",
            3,
            audit.Fault.CHANGED,
        ),
        ("DELETE FROM audit WHERE number = 4", 4, audit.Fault.CUT),
        ("DELETE FROM audit", 1, audit.Fault.CUT),
    ],
)
def test_what_is_done_behind_the_guard_is_found(sessions, folder, beside, statement, number, fault):
    sealed(sessions, 4)
    audit.copy_head(sessions, folder, DAY)
    assert verified(sessions, folder).broken is None
    with unguarded(beside):
        beside.execute(statement)
    found = verified(sessions, folder).broken
    # of two rows of one number either may come first, and be the one that is not as it was sealed
    twins = fault is audit.Fault.INSERTED and number == 3
    assert found == audit.Broken(number, fault) or (
        twins and found == audit.Broken(3, audit.Fault.CHANGED)
    )


def test_a_chain_made_anew_holds_and_is_not_what_was_written_down(sessions, folder, beside):
    sealed(sessions, 4)
    audit.copy_head(sessions, folder, DAY)
    with unguarded(beside):
        beside.execute("UPDATE audit SET number = NULL, hash = NULL")
        beside.execute("UPDATE audit SET account = 'somebody else' WHERE objects = '{paper:2}'")
    audit.seal(sessions)
    assert verified(sessions, folder.with_name("elsewhere")).broken is None
    assert verified(sessions, folder).broken == audit.Broken(4, audit.Fault.REPLACED)


def test_the_database_takes_no_row_that_brings_its_seal(sessions, engine):
    sealed(sessions, 2)
    with pytest.raises(DBAPIError, match="never before"), engine.begin() as connection:
        connection.exec_driver_sql(FORGED.format(number=3, hash="sha256('made up')"))


def test_rows_that_the_sealer_should_have_had_are_late(sessions, folder, beside):
    sealed(sessions, 1)
    beside.execute(OLD.format(seconds=0))
    assert (verified(sessions, folder).unsealed, verified(sessions, folder).late) == (1, 0)
    beside.execute(OLD.format(seconds=LATE + 5))
    assert (verified(sessions, folder).unsealed, verified(sessions, folder).late) == (2, 1)
    assert verified(sessions, folder).broken is None


def test_a_copy_that_somebody_wrote_in_is_refused_and_not_passed_over(sessions, folder):
    sealed(sessions, 1)
    audit.copy_head(sessions, folder, DAY)
    [file] = folder.iterdir()
    file.write_text(file.read_text() + '{"day": "2026-09-02"}\n')
    with pytest.raises(Refused, match="第2行读不出来"):
        verified(sessions, folder)


def test_rows_from_before_on_behalf_was_kept_hold(sessions, folder):
    with sessions.begin() as session:
        for whom in (None, "部门经办人"):
            entry = audit.Entry(SYSTEM, "close", "r", reading=False, kind=audit.Kind.ACT)
            entry.on_behalf = whom
            entry.write(session, session.execute(text("SELECT now()")).scalar_one())
    audit.seal(sessions)
    chain = verified(sessions, folder)
    assert (chain.sealed, chain.broken) == (2, None)
    with sessions.begin() as session:
        rows = session.execute(text("SELECT *, CAST(id AS text) FROM audit ORDER BY number")).all()
    assert [len(json.loads(audit.content(row.number, row))) for row in rows] == [11, 12]


def test_a_long_list_is_counted_and_a_short_one_named():
    entry = audit.Entry(SYSTEM, "papers", "r", reading=True, kind=audit.Kind.READ)
    from kit.audit import entry as module

    before = module._entry.set(entry)
    try:
        audit.shown()
        audit.listed([Paper(id=f"p{n}", village="v") for n in range(2)])
        assert entry.concerned() == ["paper:p0", "paper:p1"]
        audit.listed([Paper(id=f"q{n}", village="v") for n in range(MOST_NAMED + 1)])
        assert entry.concerned() == ["paper:p0", "paper:p1"]
    finally:
        module._entry.reset(before)
