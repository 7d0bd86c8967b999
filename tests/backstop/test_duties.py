"""Separation of duties in the tables themselves (G-14): who signs or approves did not make it, or the
table says why one person may.
"""

import re

import pytest
from typer.testing import CliRunner

from backstop.cli import app
from backstop.duties import actions
from tests.own_pack import PLATE

# What a signature, an approval or a judgement of somebody's work is called.
JUDGES = re.compile(
    "签发|签字|审定|审核|认定|排除|核实|办结|裁定|作出|决定|复核|确认|免报|免除|同意|划除|查实|批准"
)
LOOKS = ("查看", "打开", "下载")


def judging():
    return [
        (name, action)
        for name, action in actions()
        if JUDGES.search(action.label) and not action.label.startswith(LOOKS)
    ]


def test_g_14_every_signature_and_approval_is_kept_apart_or_says_why_not():
    unsaid = {
        name
        for name, action in judging()
        if action.apart is None or not (action.apart.deeds or action.apart.because)
    }
    # A page that asks for 确认来源归属; and access, whose relations leave out who proposed it.
    access = {"confirm_post", "confirm_posts", "confirm_card", "confirm_cards"}
    assert unsaid - {"unmatched", *access} == set()


def test_g_14_the_signatures_of_the_month_are_kept_apart():
    apart = {name for name, action in judging() if action.apart and action.apart.deeds}
    assert apart >= {
        "sign_township",
        "sign_urgent",
        "sign_list",
        "issue_minutes",
        "issue_bulletin",
        "approve_name",
        "accept_explanation",
        "drop_name",
        "confirm_candidate",
        "dismiss_candidate",
        "decide",
        "decide_return",
        "confirm_help",
        "confirm_by_office",
        "close_order",
    }


def test_g_10_no_mandate_dates_ones_own_paper():
    dating = [action for name, action in actions() if name in ("date_list", "date_group_report")]
    assert len(dating) == 2
    assert not any(action.apart.by_mandate for action in dating)


ROW = {
    "deed": '"close_order"',
    "role": '"COUNTY_CLERK"',
    "place": '"990121000000"',
    "number": '"云守防办〔2026〕3号"',
    "dated": "2026-01-05",
    "until": "2026-12-31",
    "source": '"云守防办〔2026〕3号"',
}


@pytest.fixture
def check(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKSTOP_COUNTY", "990121000000")
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path))

    def run(**changed: str | None):
        row = {key: value for key, value in (ROW | changed).items() if value is not None}
        line = ", ".join(f"{key} = {value}" for key, value in row.items())
        (tmp_path / "packs").mkdir(exist_ok=True)
        path = tmp_path / "packs" / "own@1.0.0.toml"
        path.write_text(f"{PLATE}mandates = [{{ {line} }}]\n", encoding="utf-8")
        return CliRunner().invoke(app, ["packs", "check", str(path)])

    return run


def test_g_14_a_mandate_of_the_pack_is_checked(check):
    assert check().exit_code == 0, check().output
    assert check(role=None, place=None, account='"county-clerk"').exit_code == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"deed": '"close_orders"'}, "mandates[0].deed:用不到"),
        ({"deed": '"date_list"'}, "mandates[0].deed:用不到"),
        ({"deed": '"accept_order"'}, "mandates[0].deed:用不到"),
        ({"role": '"UNIT_HEAD"', "place": '"U001"'}, "mandates[0].role:用不到"),
        ({"account": '"county-clerk"'}, "只写一种"),
        ({"place": None}, "要一起写"),
        ({"place": '"990121"'}, "县的代码例如"),
        ({"until": "2025-12-31"}, "until早于dated"),
        ({"until": "2027-12-31"}, "最长一年"),
        ({"number": '""'}, "mandates[0].number"),
        ({"dated": None}, "缺少此参数"),
        ({"until": None}, "缺少此参数"),
        ({"source": None}, "没有写出处"),
        ({"whom": '"谁"'}, "不认识的参数"),
    ],
)
def test_g_14_a_mandate_that_says_too_little_or_is_not_used_is_refused(check, changed, said):
    answer = check(**changed)
    assert answer.exit_code == 1
    assert said in answer.output.replace("\n", "")
