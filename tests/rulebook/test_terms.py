"""Limits by their keys; the line of a list that holds for a row."""

from datetime import date
from types import SimpleNamespace

import pytest

from rulebook.calendar import state_council
from rulebook.packs import load_pack
from rulebook.terms import Terms
from schemas.codes import GapItem

TERMS = Terms(load_pack("default"), state_council())
HOUSE, OTHER = (SimpleNamespace(gap_item=item) for item in (GapItem.HOUSING_UNSAFE, GapItem.JOB))


def test_a_limit_its_words_and_its_source():
    assert TERMS.due("dispatch.acceptance_limit", date(2026, 9, 1)) == date(2026, 9, 2)
    assert TERMS.words("identify.recheck_limit") == "5个工作日"
    assert TERMS.source("identify.recheck_limit") == "s001/4 I-14, D-09"
    assert TERMS.days("dispatch.remind_before") == (3, 1)


def test_the_line_that_holds_for_the_row():
    key = "dispatch.solve_limit"
    assert (TERMS.words(key, HOUSE), TERMS.words(key, OTHER)) == ("120天", "15个工作日")
    assert TERMS.source(key, HOUSE) == "PROPOSED B-30"
    assert TERMS.words(key) == "15个工作日"


def test_a_key_that_no_pack_has():
    for ask in (TERMS.words, TERMS.source):
        with pytest.raises(LookupError, match=r"dispatch\.solve_limits"):
            ask("dispatch.solve_limits")
