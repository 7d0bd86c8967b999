"""Rows as clerks send them: full-width digits, numbers stored as numbers, dates half written."""

from datetime import date, datetime

import pytest

from rulebook import cells
from rulebook.cells import Since, Unclear
from rulebook.ids import make_id
from schemas.codes import RiskCause

MONTH = "2026-09"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 王　军", "王军"),
        ("９Ａ", "9A"),
        ("Wang  Li", "Wang Li"),
        ("患病，住院，报销 ", "患病，住院，报销"),
        (3.0, "3"),
        (3.5, "3.5"),
        (None, ""),
        ("  ", ""),
        (datetime(2026, 9, 1, 8), "2026-09-01"),
        ("第一行\n第二行", "第一行第二行"),
    ],
)
def test_text(cell, text):
    assert cells.text(cell) == text


@pytest.mark.parametrize(
    ("cell", "nil"),
    [
        ("零报告", True),
        ("本月摸排无风险（零报告）", True),
        ("经走访，各户均无返贫风险。", True),
        ("本月未发现易返贫致贫风险户", True),
        ("无", False),
        ("住房、饮水无风险;尿毒症透析每月自付四千元", False),
        ("该村连续三个月零报告，实际户主独居、断药两月", False),
        ("小组零报告不实，该户儿子车祸瘫痪", False),
        (None, False),
    ],
)
def test_f_02_a_cell_declares_nil_only_as_a_whole(cell, nil):
    assert cells.is_nil(cell) is nil


def test_f_02_a_row_that_names_somebody_declares_nothing():
    assert cells.declares_nil({"序号": 1, "户主姓名": "零报告", "风险点": "/"})
    assert cells.declares_nil({"组别": "零报告", "备注": "组长都问过"}, beside=("备注",))
    assert not cells.declares_nil({"组别": "零报告", "备注": "组长都问过"})
    assert not cells.declares_nil({"户主姓名": "陈红梅", "风险点": "零报告"})
    assert not cells.declares_nil({"户主姓名": "无", "风险点": None})


def test_count():
    assert [cells.count(cell) for cell in ("5人", "４口人", 6, 3.0, " 2 ")] == [5, 4, 6, 3, 2]
    assert cells.count(0, what="残疾人数", least=0) == 0
    for cell in (0, "0", -1, 2.5, "几人", True, 16000001590):
        with pytest.raises(Unclear, match="应为1到99之间的整数"):
            cells.count(cell)
    with pytest.raises(Unclear, match="家庭人口没有填写"):
        cells.count(None)


def test_group():
    assert {cells.group(cell) for cell in (3, "03", "3组", "石桥村03组", "第3村民小组", 3.0)} == {
        "03"
    }
    for cell in (None, "本月无风险", "113"):
        with pytest.raises(Unclear, match="组别"):
            cells.group(cell)


def test_id_number():
    assert cells.id_number("９９０１２１１９７３０４１４６６３０") == "990121197304146630"
    with pytest.raises(Unclear, match="校验不通过"):
        cells.id_number("990121197304146631")


@pytest.mark.parametrize("cell", [9.901211964050557e17, 990121196405055700, "9.90121E+17"])
def test_an_id_stored_as_a_number_is_lost(cell):
    with pytest.raises(Unclear) as caught:
        cells.id_number(cell)
    assert str(caught.value) == "身份证号码存成了数字，后几位已丢失；请把单元格设为文本后重新填写"
    assert "990121196405055".startswith(cells.surviving_digits(cell))


def test_surviving_digits():
    number = make_id("990121", date(1964, 5, 5), 571)
    assert cells.surviving_digits(float(number)) == number[:15]
    assert cells.surviving_digits("9.90121E+17") == "990121"
    assert cells.surviving_digits(number) is None
    assert cells.surviving_digits(None) is None
    assert cells.surviving_digits(42) is None


def test_phone():
    assert {cells.phone(cell) for cell in (16000001590, 16000001590.0, "160 0000 1590")} == {
        "16000001590"
    }
    assert cells.phone(None) is None
    with pytest.raises(Unclear, match="现在是7位"):
        cells.phone("1390000")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026年9月18日", date(2026, 9, 18)),
        ("9月18日", date(2026, 9, 18)),
        ("9.21", date(2026, 9, 21)),
        ("9.2", date(2026, 9, 2)),
        (9.21, date(2026, 9, 21)),
        ("2026-09-18", date(2026, 9, 18)),
        ("2026/9/18", date(2026, 9, 18)),
        ("20260918", date(2026, 9, 18)),
        ("2026-09-18 10:00", date(2026, 9, 18)),
        (datetime(2026, 9, 18, 23), date(2026, 9, 18)),
        (date(2026, 9, 18), date(2026, 9, 18)),
        (46283, date(2026, 9, 18)),
        ("21日", date(2026, 9, 21)),
        ("10月8日", date(2026, 10, 8)),
    ],
)
def test_day(cell, day):
    assert cells.day(cell, MONTH) == day


def test_a_day_without_year_is_the_nearest():
    assert cells.day("12月28日", "2026-01") == date(2025, 12, 28)
    assert cells.day("1.3", "2026-12") == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (None, "没有填写"),
        ("昨天", "看不明白"),
        ("9月31日", "不存在"),
        (9.2, "也可能是9月20日"),
        (9, "看不明白"),
        ("2026918", "看不明白"),
    ],
)
def test_day_unclear(cell, reason):
    with pytest.raises(Unclear, match=reason):
        cells.day(cell, MONTH)


@pytest.mark.parametrize(
    ("cell", "since", "about"),
    [
        ("2026年9月5日", date(2026, 9, 5), False),
        (datetime(2026, 9, 5), date(2026, 9, 5), False),
        ("9月5日", date(2026, 9, 5), False),
        ("10月5日", date(2025, 10, 5), False),
        ("约9月5日", date(2026, 9, 5), True),
        ("9月5日左右", date(2026, 9, 5), True),
        ("9月初", date(2026, 9, 1), True),
        ("9月上旬", date(2026, 9, 1), True),
        ("9月中旬", date(2026, 9, 11), True),
        ("9月底", date(2026, 9, 21), True),
        ("9月下旬", date(2026, 9, 21), True),
        ("下旬", date(2026, 9, 21), True),
        ("9月", date(2026, 9, 1), True),
        ("11月底", date(2025, 11, 21), True),
        ("2025年11月", date(2025, 11, 1), True),
        ("2026.8", date(2026, 8, 1), True),
        ("上个月", date(2026, 8, 1), True),
        ("本月初", date(2026, 9, 1), True),
        ("去年底", date(2025, 12, 1), True),
        ("今年3月", date(2026, 3, 1), True),
        ("年初", date(2026, 1, 1), True),
        ("2025年", date(2025, 1, 1), True),
        ("不详", None, True),
        (None, None, False),
    ],
)
def test_about(cell, since, about):
    assert cells.about(cell, MONTH) == Since(since, about, cells.text(cell))


@pytest.mark.parametrize("cell", ["清明", "13月", "9月35日", 9, "左右", "很久"])
def test_about_unclear(cell):
    with pytest.raises(Unclear, match="看不明白"):
        cells.about(cell, MONTH)


def test_causes():
    assert cells.causes("因病、因学") == (RiskCause.ILLNESS, RiskCause.EDUCATION)
    assert cells.causes("病；残，其他/因病") == (
        RiskCause.ILLNESS,
        RiskCause.DISABILITY,
        RiskCause.OTHER,
    )
    for cause in RiskCause:
        assert cells.causes(cause.label) == (cause,)
    for cell in ("生病", "因病因学"):
        with pytest.raises(Unclear, match=f"“{cell}”不在列表中；可填：因病、因学"):
            cells.causes(cell)
    with pytest.raises(Unclear, match="没有填写原因"):
        cells.causes(None)
    with pytest.raises(Unclear, match="最多填5个"):
        cells.causes("、".join(cause.label for cause in RiskCause))


def test_yes_no():
    assert all(cells.yes_no(cell) for cell in ("是", "有", "√", True, 1, "y"))
    assert not any(cells.yes_no(cell) for cell in ("否", "无", "没有", False, 0))
    for cell in (None, "大概"):
        with pytest.raises(Unclear, match="请填“是”或“否”"):
            cells.yes_no(cell)


def test_money():
    assert [cells.money(cell) for cell in ("1,200.50", 1200.5, 5, "3.5万元", 0.1 + 0.2)] == [
        120050,
        120050,
        500,
        3500000,
        30,
    ]
    assert cells.money(None) is None
    for cell in ("-5", "一千", "1.234", True):
        with pytest.raises(Unclear, match="金额"):
            cells.money(cell)


def test_a_date_cell_that_travelled_as_iso_text():
    assert cells.day("2026-09-12T00:00:00", "2026-09") == date(2026, 9, 12)
    assert cells.day("2026-09-12", "2026-09") == date(2026, 9, 12)
