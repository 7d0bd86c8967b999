"""What a password may be, and how it is changed (OWASP ASVS 4.0.3, V2.1)."""

import re

import pytest

from kit.assets import FOLDER
from schemas.codes import Role
from services.access.passwords import rules
from tests.access.conftest import who
from tests.access.test_front import PASSWORD, signing, typed, with_password  # noqa: F401

OTHER = "he-an-liu-shu-bai-yun"


@pytest.fixture
def change(client, signing):  # noqa: F811
    """`change(new, old)`: the answer to one's own page for another password."""
    account = with_password(signing)
    mine = client("access", who(Role.UNIT_CLERK, "U001", account))

    def post(new: str, old: str = PASSWORD, **more: str):
        form = {"login": "陈经办", "old": old, "password": new, "again": new} | more
        return mine.post("/access/password", data=form)

    return post


def test_a_password_has_twelve_characters_of_whatever_kind(change):
    assert "至少12个字" in change("shan-lu-wan").text
    assert "至少12个字" in rules.why_weak("十一个字的密码不够长吧")
    for words in ("柳絮飞过石拱桥头三里长堤", "qmzptwvkxrbn", "907135264821"):
        assert rules.why_weak(words) == "", words  # no rule asks for kinds of characters


@pytest.mark.parametrize("length", [64, rules.LONGEST])
def test_a_long_password_is_taken_and_none_is_cut_short(change, client, length):
    long = (PASSWORD * 10)[: length - 1] + "x"
    assert change(long).status_code == 303
    assert typed(client("access"), long[:-1]).status_code == 422
    assert typed(client("access"), long[:-1] + "y").status_code == 422
    assert typed(client("access"), long).status_code == 303


def test_above_128_characters_it_is_refused(change, client):
    assert change((PASSWORD * 10)[: rules.LONGEST + 1]).status_code == 422
    assert typed(client("access")).status_code == 303, "the one before holds"


@pytest.mark.parametrize(
    "words",
    [
        "柳絮 飞过  石拱桥头 三里堤",
        "ключ от старого дома",
        "🌾🌊🌳 stone bridge 🐂",
        "<&\"'\\%{}>|~^ abcd",
    ],
)
def test_any_printable_character_may_stand_in_it(change, client, words):
    assert change(words).status_code == 303
    assert typed(client("access"), words).status_code == 303


def test_a_password_is_changed_by_whoever_types_the_old_one(change, client):
    for wrong in ("", "shan-lu-wan-wan-8"):
        assert "现在的密码不对" in change(OTHER, wrong).text
    assert "两次填的密码不一样" in change(OTHER, again=OTHER + "x").text
    assert typed(client("access")).status_code == 303
    assert change(OTHER).status_code == 303
    assert typed(client("access")).status_code == 422
    assert typed(client("access"), OTHER).status_code == 303


def test_it_may_be_pasted_and_filled_in_by_a_password_manager(client, signing):  # noqa: F811
    page = client("access").get("/access/sign-in").text
    (field,) = re.findall(r'<input[^>]*name="password"[^>]*>', page)
    assert 'type="password"' in field
    assert "autocomplete" not in field
    assert "paste" not in page
    assert "paste" not in (FOLDER / "backstop.js").read_text(encoding="utf-8")
