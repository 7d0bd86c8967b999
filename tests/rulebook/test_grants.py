"""Money of schemes (A12): who is proposed, what is refused when promised and flagged when paid."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.grants import (
    Doubt,
    Share,
    Standing,
    check_reversal,
    doubts,
    keeps_average,
    proposals,
    rule_of,
)
from rulebook.insurance import payout
from rulebook.money import wan
from rulebook.national.codes import HouseholdKind, Student
from rulebook.packs import check_pack_file, load_pack
from schemas.codes import RiskCause
from tests.helpers.national import ON
from tests.own_pack import PLATE, written
from tests.rulebook.checks.planted import Builder

PACK = load_pack("default")
MINE = Builder(16)
YUAN = 100


def of(scheme: str, household) -> list[str]:
    return [one.reason for one in proposals(PACK, scheme, household, ON)]


def kinds(*arguments) -> list[Doubt]:
    return [one.doubt for one in doubts(PACK, *arguments)]


def test_gt_04_the_project_comes_to_560_4_wan():
    amounts = {one.code: one.amount for one in PACK.fund.schemes}
    spent = 1034 * amounts["GRANT-MONITORED"] + 1251 * amounts["GRANT-EX-POOR"]
    assert spent == 5_604_000 * YUAN
    assert wan(spent) == "560.4万元"
    assert sum(one.budget or 0 for one in PACK.fund.schemes) == spent


def test_gt_04_what_goes_beyond_the_budget_is_doubted():
    """The 1,034th household fits exactly, the next one does not."""
    before = 1033 * 3000 * YUAN
    assert kinds("GRANT-MONITORED", 3000 * YUAN, Standing(before), ON) == []
    (over,) = doubts(PACK, "GRANT-MONITORED", 3000 * YUAN, Standing(before + 3000 * YUAN), ON)
    assert over.doubt is Doubt.OVER_BUDGET
    assert over.sentence == (
        "未消除风险监测户产业补助预算310.2万元，已安排310.2万元，只剩0万元，不够这次的3,000.00元。"
    )
    assert Doubt.OVER_BUDGET.label == "超预算"


@given(st.lists(st.integers(0, 400_000_00), max_size=30))
def test_gt_04_the_budget_is_kept_whatever_is_asked(amounts):
    committed, budget = 0, 3_102_000 * YUAN
    for amount in amounts:
        if not kinds("GRANT-MONITORED", amount, Standing(committed), ON):
            committed += amount
    assert committed <= budget


def test_f_02_who_gets_the_grant():
    """Of 1,279 not eliminated those without labour are left out; ex-poor under 8,000 yuan get the other
    one; nobody gets both.
    """
    monitored, old = MINE.at_risk(), MINE.elderly()
    poor = MINE.plain(per_head=7_999_99)
    assert of("GRANT-MONITORED", monitored) == ["风险未消除，家里有劳动力"]
    assert of("GRANT-MONITORED", old) == []
    assert of("GRANT-MONITORED", MINE.eliminated()) == []
    assert of("GRANT-EX-POOR", poor) == ["脱贫户，上年人均纯收入7,999.99元，低于8,000.00元"]
    assert of("GRANT-EX-POOR", replace(poor, per_head=8_000_00)) == []
    assert of("GRANT-EX-POOR", replace(poor, per_head=None)) == []
    assert of("GRANT-EX-POOR", replace(poor, kind=HouseholdKind.RURAL)) == []
    assert of("GRANT-EX-POOR", replace(monitored, per_head=7_000_00)) == []


def test_f_02_the_numbers_of_the_county():
    """R-06, R-08: 1,279 − 245 = 1,034 and 1,251 make 2,285 households and 560.4 万."""
    county = (
        [MINE.at_risk()] * 1034 + [MINE.elderly()] * 245 + [MINE.plain(per_head=7_500_00)] * 1251
    )
    proposed = {
        code: sum(bool(of(code, one)) for one in county)
        for code in ("GRANT-MONITORED", "GRANT-EX-POOR")
    }
    assert proposed == {"GRANT-MONITORED": 1034, "GRANT-EX-POOR": 1251}


def test_f_02_a_mean_is_no_fixed_amount():
    share = Share("GRANT-MONITORED", 1034, 3_102_000 * YUAN)
    assert keeps_average(PACK, share) == (
        "未消除风险监测户产业补助：1034户，共310.2万元，户均3,000.00元，与规定的户均3,000.00元一致。"
    )
    assert "不一致" in keeps_average(PACK, replace(share, total=3_000_000 * YUAN))
    assert keeps_average(PACK, Share("GRANT-MONITORED", 0, 0)).endswith("还没有户。")


@pytest.mark.parametrize(
    ("scheme", "student", "whom"),
    [
        ("COLLEGE-JUNIOR", Student.COLLEGE_1, True),
        ("COLLEGE-JUNIOR", Student.COLLEGE_2, False),
        ("COLLEGE-JUNIOR", Student.UNIVERSITY_1, False),
        ("COLLEGE-BACHELOR", Student.UNIVERSITY_1, True),
        ("KINDERGARTEN", Student.KINDERGARTEN, True),
        ("TWO-CANCERS", Student.UNIVERSITY_1, False),  # by hand: no data say so
    ],
)
def test_h_13_who_is_proposed_for_a_scheme_of_persons(scheme, student, whom):
    household = MINE.with_one(18, student=student)
    found = proposals(PACK, scheme, household, ON)
    assert [one.person for one in found] == ([household.members[-1]] if whom else [])


@pytest.mark.parametrize(
    ("scheme", "amount"),
    [("COLLEGE-JUNIOR", 3000), ("COLLEGE-BACHELOR", 5000), ("TWO-CANCERS", 10_000)],
)
def test_h_13_a_one_time_amount_comes_once(scheme, amount):
    assert kinds(scheme, amount * YUAN, Standing(), ON) == []
    assert kinds(scheme, amount * YUAN - 1, Standing(), ON) == [Doubt.OFF_STANDARD]
    (again,) = doubts(PACK, scheme, amount * YUAN, Standing(had=True), ON)
    assert (again.doubt, again.doubt.label) == (Doubt.DUPLICATE, "疑似重复")
    assert again.sentence.endswith("是一次性的，同一人已经有过，不能重复。")


def test_f_04_each_term_again():
    assert kinds("KINDERGARTEN", 500 * YUAN, Standing(had=True), ON) == []


def test_d10_after_death():
    died = date(2026, 9, 1)
    assert kinds(None, 100, Standing(died=died), died) == []
    (late,) = doubts(PACK, None, 100, Standing(died=died), date(2026, 9, 2))
    assert (late.doubt.label, late.sentence) == (
        "死亡后发放",
        "受益人已于2026-09-01去世，不能再发放。",
    )


def test_several_doubts_stand_side_by_side():
    standing = Standing(3_102_000 * YUAN, had=True, died=date(2026, 1, 1))
    assert kinds("GRANT-MONITORED", 1, standing, ON) == [
        Doubt.AFTER_DEATH,
        Doubt.DUPLICATE,
        Doubt.OVER_BUDGET,
    ]


def test_no_amount_is_negative_and_a_return_is_a_reversal():
    with pytest.raises(ValueError, match="金额不能是负数；退回的钱请作冲销"):
        doubts(PACK, None, -1, Standing(), ON)
    check_reversal(300, paid=1000, returned=700)
    for amount, words in ((301, "不能超过还没有退回的3.00元"), (0, "要大于0"), (-1, "不能是负数")):
        with pytest.raises(ValueError, match=words):
            check_reversal(amount, paid=1000, returned=700)


def test_a_scheme_of_another_pack_is_unknown():
    with pytest.raises(LookupError, match="没有资金项目“GRANT-MONITORED”"):
        rule_of(load_pack("neimenggu-2023"), "GRANT-MONITORED")


def test_a_scheme_says_to_whom_it_goes(tmp_path):
    path = tmp_path / "own@1.0.0.toml"
    path.write_text(
        PLATE
        + '[fund]\nschemes = [{ code = "NEW", name = "新", amount_yuan = 1, amount_kind = "UNIT", '
        'eligible_rule = "x", source = "x" }]\n',
        encoding="utf-8",
    )
    (error,) = check_pack_file(path)
    assert (error.key, error.reason) == ("fund", "fund.rules没有写给谁：NEW")


@pytest.mark.parametrize(
    ("fen", "words"),
    [(0, "0万元"), (1, "0.000001万元"), (100_00, "0.01万元"), (12_345_678_00, "1,234.5678万元")],
)
def test_wan_is_exact(fen, words):
    assert wan(fen) == words


TIERS = """
[insurance]
tiers = [{ cause = "ILLNESS", trigger_yuan = 5000, cap_yuan = 30000, source = "x", bands = [
    { begin_yuan = 5000, end_yuan = 20000, ratio = 0.5 }, { begin_yuan = 20000, ratio = 0.8 } ] }]
"""


@pytest.mark.parametrize(
    ("cost", "paid"), [(5000, 0), (5001, 0.5), (20000, 7500), (30000, 15500), (60000, 30000)]
)
def test_f_05_insurance_pays_in_steps(tmp_path, cost, paid):
    pack = written(tmp_path, TIERS)
    assert payout(pack, RiskCause.ILLNESS, cost * YUAN) == int(Decimal(str(paid)) * YUAN)
    assert payout(pack, RiskCause.ACCIDENT, cost * YUAN) is None
    assert payout(PACK, RiskCause.ILLNESS, cost * YUAN) is None


def test_f_05_a_higher_cost_never_pays_less(tmp_path):
    pack = written(tmp_path, TIERS)

    @given(st.integers(0, 10**8), st.integers(0, 10**8))
    def rises(one, other):
        low, high = sorted((one, other))
        assert 0 <= payout(pack, RiskCause.ILLNESS, low) <= payout(pack, RiskCause.ILLNESS, high)

    rises()


@pytest.mark.parametrize(
    "bands",
    [
        "{ begin_yuan = 6000, ratio = 0.5 }",
        "{ begin_yuan = 5000, ratio = 0.5 }, { begin_yuan = 6000, ratio = 0.8 }",
        "{ begin_yuan = 5000, end_yuan = 4000, ratio = 0.5 }",
    ],
)
def test_f_05_bands_begin_at_the_trigger_and_leave_no_gap(tmp_path, bands):
    path = tmp_path / "own@1.0.0.toml"
    path.write_text(
        f'{PLATE}[insurance]\ntiers = [{{ cause = "ILLNESS", trigger_yuan = 5000, source = "x", '
        f"bands = [{bands}] }}]\n",
        encoding="utf-8",
    )
    assert "首尾相接" in check_pack_file(path)[0].reason
