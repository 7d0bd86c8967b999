"""What is kept for a time only: the pack says how long, and a job removes it as the service's login."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kit.retention import BATCH, forget
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from tests.conftest import at
from tests.own_pack import own_pack

NOW = at(2026, 9, 21)
CAME = text("""INSERT INTO sheet (file, title, kind, account, came_at, report)
    SELECT 'a.xlsx', 'a', 'visits', 'u1', :at, '{}' FROM generate_series(1, :n)""")


@pytest.fixture
def come(unit_sessions):
    def come(days: int, n: int = 1) -> None:
        with unit_sessions.begin() as session:
            session.execute(CAME, {"at": NOW - timedelta(days=days), "n": n})

    return come


def left(sessions) -> list[int]:
    with sessions.begin() as session:
        return [(NOW - at).days for at in session.scalars(text("SELECT came_at FROM sheet"))]


def test_reports_of_imports_go_after_the_packs_days(unit_sessions, come):
    come(179)
    come(181, BATCH + 1)
    assert forget(unit_sessions, NOW) == BATCH + 1
    assert left(unit_sessions) == [179]
    assert forget(unit_sessions, NOW) == 0


def test_a_countys_own_days_count(unit_sessions, come, tmp_path):
    own = own_pack(tmp_path, "privacy", import_report_days=30)
    book = Book(state_council(), (load_pack("default"), own))
    unit_sessions.configure(info={**unit_sessions.kw["info"], "book": book})
    come(31)
    come(29)
    assert forget(unit_sessions, NOW) == 1
    assert left(unit_sessions) == [29]
