"""What somebody types into a search is taken as it stands, and finds names however they are written."""

import re
from pathlib import Path

import pytest
from sqlalchemy import literal
from sqlmodel import select

from kit.database.searching import begins, has, name_has

ROOT = Path(__file__).parents[2]


def holds(session, condition) -> bool:
    return session.execute(select(condition)).scalar_one()


@pytest.fixture
def session(village_sessions):
    with village_sessions() as session:
        yield session


@pytest.mark.parametrize("sign", ["%", "_", "\\", "/", "%%", "50%"])
def test_f_32_signs_of_a_pattern_are_characters(session, sign):
    for condition in (has, begins, name_has):
        assert not holds(session, condition(literal("祝长河K0006"), sign)), condition
        assert holds(session, condition(literal(f"{sign}祝长河"), sign)), condition


def test_f_32_every_search_goes_through_the_one_helper():
    """A pattern made elsewhere would forget it again. Arrays have a `contains` of their
    own; the numbers that the software itself makes begin with a `start`.
    """
    own = re.compile(r"like\(|autoescape|\.i?contains\((?!\[)|\)\.i?(starts|ends)with\((?!start\b)")
    helper, found = ROOT / "kit/database/searching.py", []
    for path in [*ROOT.glob("services/**/*.py"), *ROOT.glob("kit/database/*.py")]:
        text = path.read_text() if path != helper else ""
        found += [f"{path.name}: {line}" for line in text.split("\n") if own.search(line)]
    assert [line for line in found if "col(" in line or "autoescape" in line] == []


@pytest.mark.parametrize("dot", "·•・･．.‧∙⋅")
@pytest.mark.parametrize("asked", ["阿娜尔·库尔班", "阿娜尔库尔班", "娜尔 • 库", "库尔班（户主）"])
def test_f_27_a_search_finds_a_name_whatever_its_dot_and_addition(session, dot, asked):
    for name in (f"阿娜尔{dot}库尔班", f"阿娜尔 {dot} 库尔班（户主）", f"阿娜尔{dot}库尔班[外出]"):
        assert holds(session, name_has(literal(name), asked)), name


def test_f_27_a_search_finds_rare_characters_and_letters_of_either_size(session):
    assert holds(session, name_has(literal("𬃎小川"), "𬃎"))
    assert holds(
        session, name_has(literal("\uf9d1小川"), "六小")
    )  # the same character, coded twice
    assert holds(session, name_has(literal("Aynur·库尔班"), "ａｙｎｕｒ"))
    assert not holds(session, name_has(literal("𬃎小川"), "木小川"))
    assert not holds(session, name_has(literal("祝长河"), "·"))
