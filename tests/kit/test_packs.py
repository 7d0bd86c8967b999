"""Promise: a record's rules are readable for ever, and nobody changes them behind it (GT-22)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Engine, text

from kit.errors import Refused
from kit.packs import keep, recall

NEW_YEAR = date(2027, 1, 1)


@dataclass(frozen=True)
class Said:
    """A pack `own@1.0.0` that says `content`."""

    content: str
    valid_from: date = NEW_YEAR
    name: str = "own@1.0.0"

    @property
    def ref(self) -> str:
        return f"{self.name}#{self.content}"


@pytest.fixture
def start(village_sessions):
    """A process starts on that day with these packs."""
    engine: Engine = village_sessions.kw["bind"]

    def at(today: date, *packs: Said) -> None:
        with engine.begin() as connection:
            keep(connection, packs, today)

    return at


def test_what_was_in_force_is_readable_when_its_file_has_gone(start, village_sessions):
    start(NEW_YEAR, Said("a"), Said("b", name="own@1.1.0"))
    start(NEW_YEAR)
    with village_sessions() as session:
        assert recall(session, "own@1.0.0#a") == "a"
        with pytest.raises(LookupError, match="没有留存"):
            recall(session, "own@1.0.0#c")


def test_a_pack_changed_after_its_first_day_is_refused(start):
    start(NEW_YEAR, Said("a"))
    with pytest.raises(Refused, match="backstop packs new own"):
        start(NEW_YEAR, Said("b"))
    with pytest.raises(Refused, match=r"own@1\.0\.0"):
        start(NEW_YEAR, Said("a", name="other@1.0.0"), Said("b", valid_from=date(2028, 1, 1)))
    start(NEW_YEAR, Said("a"), Said("b", name="own@1.1.0"))


def test_before_its_first_day_it_may_be_written_anew(start, village_sessions):
    eve = date(2026, 12, 31)
    for content in ("a", "b", "a", "c"):
        start(eve, Said(content))
    start(NEW_YEAR, Said("c"))
    for content in ("a", "b", "d"):
        with pytest.raises(Refused):
            start(NEW_YEAR, Said(content))
    with village_sessions() as session:
        assert recall(session, "own@1.0.0#b") == "b"  # a process may have run with it


def test_replicas_that_start_together_keep_it_once(start, village_sessions):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: start(NEW_YEAR, Said("a")), range(8)))
    with village_sessions() as session:
        assert session.execute(text("SELECT count(*) FROM pack_used")).scalar_one() == 1


def test_of_two_that_disagree_one_starts(start):
    def try_with(content: str) -> bool:
        try:
            start(NEW_YEAR, Said(content))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_with, "abcd")) == 1
