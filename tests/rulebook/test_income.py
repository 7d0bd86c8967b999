"""Income statements: sums in fen, the exact comparison, what is suggested, and the months measured."""

from datetime import date

import pytest

from rulebook.income import (
    Figure,
    FigureSource,
    IncomeLine,
    Statement,
    measuring_period,
    per_head,
    reckon,
    suggest,
    unsettled,
)
from rulebook.last_year import LastYear, rigid_expenditure
from rulebook.packs import load_pack
from schemas.codes import Stratum
from tests.own_pack import written

L, S = IncomeLine, FigureSource
MAY = date(2023, 5, 17)
BANNER = load_pack("neimenggu-2023")
A13 = {  # net 30,800.00, claims 2,000.00, self-paid 6,000.00, four persons
    L.WAGE: 20_000_00,
    L.BUSINESS_INCOME: 15_000_00,
    L.BUSINESS_COST: 7_200_00,
    L.PROPERTY: 500_00,
    L.SUBSISTENCE: 1_500_00,
    L.PENSION: 1_000_00,
    L.CLAIMS: 2_000_00,
    L.SELF_PAID_MEDICAL: 6_000_00,
}


def statement(size: int = 4, **amounts: int) -> Statement:
    return Statement({L(line): Figure(amount) for line, amount in amounts.items()}, size)


@pytest.fixture
def by_assessed(tmp_path):
    """The banner's rules with the other basis of the category (B-14)."""
    return written(
        tmp_path,
        '[income]\ncategory_basis = { value = "ASSESSED", source = "x" }\n'
        'lines = [{ effective_from = 2023-01-01, amount_yuan = 7500, set_by = "x", source = "x" }]\n',
    )


def test_gt_07_the_income_test_of_the_document(by_assessed):
    stated = statement(**A13)
    found = reckon(BANNER, stated, MAY)
    assert (stated.net, stated.assessed) == (30_800_00, 26_800_00)
    assert (found.net.is_below, found.assessed.is_below, found.is_below) == (False, True, True)
    assert found.net.sentence == (
        "纯收入：工资性收入20,000.00＋生产经营性收入15,000.00－生产经营性支出7,200.00＋财产性收入500.00"
        "＋转移性收入2,500.00＝30,800.00元，÷4人＝人均7,700.00元；不低于监测范围（7,500.00元×4人＝30,000.00元）。"
    )
    assert found.assessed.sentence == (
        "扣除后收入：纯收入30,800.00＋理赔收入2,000.00－合规自付支出6,000.00＝26,800.00元，"
        "÷4人＝人均6,700.00元；低于监测范围（7,500.00元×4人＝30,000.00元）。"
    )
    by_net = suggest(BANNER, found, ex_poor=False)
    assert by_net.category == Stratum.SUDDEN_HARDSHIP
    assert "刚性支出较大，建议为突发严重困难户，由人决定" in by_net.reason
    assert suggest(by_assessed, found, ex_poor=False).category == Stratum.MARGINAL
    assert suggest(by_assessed, found, ex_poor=True).category == Stratum.UNSTABLE_EX_POOR


@pytest.mark.parametrize(("wage", "below"), [(30_000_00, False), (29_999_99, True)])
def test_gt_07_equal_to_the_line_is_not_below(wage, below):
    found = reckon(BANNER, statement(WAGE=wage), MAY)
    assert (found.net.is_below, found.assessed.is_below) == (below, below)
    assert per_head(wage, 4) == "7,500.00"  # for the eye alone


def test_b_25_a_pack_may_count_the_line_itself(tmp_path):
    pack = written(tmp_path, '[income]\nline_operator = { value = "LE", source = "x" }\n')
    found = reckon(pack, statement(WAGE=28_800_00), date(2026, 5, 1))
    assert found.is_below
    assert "不高于监测范围" in found.net.sentence


@pytest.mark.parametrize(
    ("pack", "amounts", "ex_poor", "category"),
    [
        (BANNER, {"WAGE": 20_000_00}, False, Stratum.MARGINAL),
        (BANNER, {"WAGE": 20_000_00}, True, Stratum.UNSTABLE_EX_POOR),
        (BANNER, {"WAGE": 40_000_00}, False, None),
        (load_pack("five-step-2020"), A13, False, None),  # net alone, 5,000 a head
        (load_pack("hebei-2020"), A13 | {"SELF_PAID_OTHER": 7_000_00}, False, None),  # two kinds
    ],
)
def test_b_14_what_is_suggested(pack, amounts, ex_poor, category):
    on = pack.valid_from
    suggestion = suggest(pack, reckon(pack, statement(**amounts), on), ex_poor=ex_poor)
    assert suggestion.category == category
    assert "按实际情况判断" in suggestion.reason or "由人决定" in suggestion.reason


def test_l_04_the_indicator_has_its_name():
    sentence = reckon(load_pack("five-step-2020"), statement(**A13), date(2020, 9, 1)).net.sentence
    assert sentence.startswith("可支配收入：")


def test_d4_declared_and_department_values_are_both_kept():
    figures = {L.WAGE: Figure(20_000_00, 26_000_00), L.PENSION: Figure(department=1_200_00)}
    stated = Statement(figures, 2)
    assert stated.net == 21_200_00
    assert stated.differences == {L.WAGE: 6_000_00}
    assert figures[L.PENSION].counted_source == S.DEPARTMENT
    figures[L.WAGE] = Figure(20_000_00, 26_000_00, S.DEPARTMENT)
    assert Statement(figures, 2).net == 27_200_00


def test_d4_a_source_is_needed_where_it_crosses_the_line():
    near = Statement({L.WAGE: Figure(29_000_00, 31_000_00), L.PROPERTY: Figure(1_00, 2_00)}, 4)
    assert unsettled(BANNER, near, MAY) == (L.WAGE, L.PROPERTY)
    far = Statement({L.WAGE: Figure(39_000_00, 41_000_00)}, 4)
    assert unsettled(BANNER, far, MAY) == ()
    said = Statement({L.WAGE: Figure(29_000_00, 31_000_00, S.VOUCHER)}, 4)
    assert unsettled(BANNER, said, MAY) == ()


def test_d4_a_loss_is_allowed():
    stated = statement(1, BUSINESS_INCOME=1_000_00, BUSINESS_COST=1_000_01)
    assert (stated.business, stated.net) == (-1, -1)
    assert per_head(-1_005, 2) == "-5.03"  # half up, away from nothing
    assert "＝-0.01元" in reckon(BANNER, stated, MAY).net.sentence


@pytest.mark.parametrize(
    ("figures", "size", "text"),
    [
        ({L.WAGE: Figure(-1)}, 1, "工资性收入不能是负数"),
        ({L.CLAIMS: Figure(1, -1)}, 1, "理赔收入不能是负数"),
        ({}, 0, "至少为1人"),
        ({L.WAGE: Figure(1, source=S.DEPARTMENT)}, 1, "请填写部门提供的金额"),
        ({L.WAGE: Figure(department=1, source=S.VOUCHER)}, 1, "来源请选部门数据"),
    ],
)
def test_d4_what_cannot_be_is_refused(figures, size, text):
    with pytest.raises(ValueError, match=text):
        Statement(figures, size)


@pytest.mark.parametrize(
    ("total", "size", "shown"),
    [
        (30_800_00, 4, "7,700.00"),
        (100, 3, "0.33"),
        (200, 3, "0.67"),
        (1, 2, "0.01"),
        (0, 5, "0.00"),
    ],
)
def test_a_head_is_rounded_half_up(total, size, shown):
    assert per_head(total, size) == shown


@pytest.mark.parametrize(
    ("on", "begin", "end"),
    [
        (date(2023, 5, 17), date(2022, 5, 1), date(2023, 4, 30)),
        (date(2021, 6, 30), date(2020, 6, 1), date(2021, 5, 31)),
        (date(2024, 3, 1), date(2023, 3, 1), date(2024, 2, 29)),
        (date(2026, 1, 31), date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_gt_08_the_last_twelve_full_months(on, begin, end):
    period = measuring_period(load_pack("default"), on)
    assert (period.begin, period.end) == (begin, end)


def test_gt_08_a_period_that_the_pack_fixes(tmp_path):
    pack = written(
        tmp_path,
        '[income]\nperiod_rule = { value = "FIXED", source = "x" }\n'
        'period_fixed = { value = { begin = 2022-05-01, end = 2023-04-30 }, source = "s003 L-07" }\n',
    )
    period = measuring_period(pack, date(2026, 9, 1))
    assert (period.begin, period.end) == (date(2022, 5, 1), date(2023, 4, 30))


def test_l_09_last_years_income_kind_by_kind():
    before = LastYear(wage=24_000_00, business=-500_00, property_income=500_00, transfer=2_000_00)
    changes = before.beside(statement(**A13))
    assert [(change.name, change.difference, change.has_fallen) for change in changes] == [
        ("工资性收入", -4_000_00, True),
        ("生产经营净收入", 8_300_00, False),
        ("财产性收入", 0, False),
        ("转移性收入", 500_00, False),
        ("合计", 4_800_00, False),
    ]
    unknown = LastYear(wage=1).beside(statement(**A13))
    assert [change.difference is None for change in unknown] == [False, True, True, True, True]
    with pytest.raises(ValueError, match="不能是负数"):
        LastYear(wage=-1)


def test_l_11_rigid_expenditure_beside_last_years_income():
    year = LastYear(wage=10_000_00, business=0, property_income=0, transfer=0)
    costs = {"医疗": 8_000_00, "教育": 2_000_00, "灾害": 0}
    assert rigid_expenditure(costs, year) == (
        "刚性支出医疗8,000.00＋教育2,000.00＝10,000.00元，没有超过上年收入10,000.00元。"
    )
    assert "，超过上年收入" in rigid_expenditure(costs | {"灾害": 1}, year)
    assert rigid_expenditure({}, LastYear()) == "没有刚性支出；上年收入没有填全，不能比较。"
    with pytest.raises(ValueError, match="医疗支出不能是负数"):
        rigid_expenditure({"医疗": -1}, year)
