"""The national system's export goes in, comes out and goes in again without a change (A14)."""

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.national import Household, NotOurs, Person, read, rows
from rulebook.national.codes import Health, MoreCause, Student
from rulebook.national.columns import COLUMNS
from schemas.codes import RiskCause, Stratum
from tests.helpers.national import COUNTY, YEAR, invented_county

PAGE = Path(__file__).parents[3] / "docs/domain/national-system.md"
HEADER = 2  # its index: the third row
AREAS = "耕地/林地/退耕还林/林果/牧草地/水面面积"
AFTER = "风险消除后是否住房损毁 / 饮水设施损毁 / 义务教育阶段适龄儿童少年失学辍学"


def sheet(households: list[Household]) -> list[list[str]]:
    return list(rows(households, county=COUNTY, year=YEAR))


def reread(table: list[list[str]], **more):
    return read(table, county=COUNTY, year=YEAR, **more)


@pytest.fixture
def table() -> list[list[str]]:
    return sheet(invented_county(30))


def column(name: str) -> int:
    return [one.name for one in COLUMNS].index(name)


def test_a_14_columns_in_the_order_and_words_of_the_document():
    """But for 姓名, which the rule set it is taken from does not need."""
    text = PAGE.read_text(encoding="utf-8")
    written = re.search(r"\*监测对象信息\*: (.*?)\.\n\nOther", text, re.DOTALL)
    assert written
    plain = re.sub(r" （脱贫户 …）| \(YYYYMM\)", "", written[1].replace("\n", ""))
    plain = plain.replace(
        "1…5", "1，致贫/返贫风险2，致贫/返贫风险3，致贫/返贫风险4，致贫/返贫风险5"
    )
    kinds = AREAS.removesuffix("面积").split("/")
    plain = plain.replace(AREAS, "，".join(f"{kind}面积" for kind in kinds))
    first, *others = AFTER.split(" / ")
    plain = plain.replace(AFTER, "，".join([first, *(f"风险消除后是否{one}" for one in others)]))
    names = [name.strip() for name in re.split("[，,]", plain)]
    assert [one.name for one in COLUMNS if one.name != "姓名"] == names


def test_every_field_has_its_column():
    for model, person in ((Household, False), (Person, True)):
        named = {one.field for one in COLUMNS if one.person is person}
        assert named == {field.name for field in fields(model) if field.compare} - {"members"}


def test_done_3_a_county_of_three_thousand_goes_in_and_out_and_in():
    county = invented_county()
    out = sheet(county)
    assert all(type(cell) is str for row in out for cell in row)
    assert len(out) == 3 + sum(len(one.members) for one in county)
    begun = perf_counter()
    export = reread(out)
    assert perf_counter() - begun < 20  # about two seconds by itself
    assert (export.problems, export.unknown, export.year) == ((), {}, YEAR)
    assert list(export.households) == county
    assert sheet(list(export.households)) == out


WORDS = st.text(alphabet="安平长远河山", min_size=1, max_size=6)
MONEY = st.integers(0, 10**9)
AREA = st.decimals(-10, 10_000, places=2)
PERSONS = st.builds(
    Person,
    name=st.none() | WORDS,
    certificate=st.just(None),
    born=st.none() | st.dates(date(1900, 1, 1), date(2026, 9, 1)),
    student=st.none() | st.sampled_from(Student) | WORDS,
    dropout_reason=st.none() | WORDS,
    health=st.lists(st.sampled_from(Health) | WORDS, max_size=3, unique=True).map(tuple),
    post_months=st.none() | st.integers(-3, 40),
    phone=st.none() | st.from_regex(r"1600000[0-9]{4}", fullmatch=True),
    pension=st.sampled_from([None, True, False]),
)
HOUSEHOLDS = st.builds(
    Household,
    county=st.just(COUNTY),
    township=WORDS,
    village=WORDS,
    number=st.just("990000000001"),
    category=st.sampled_from([None, Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP]),
    identified=st.none() | st.from_regex(r"20[12][0-9]-(0[1-9]|1[0-2])", fullmatch=True),
    eliminated=st.sampled_from([None, True, False]),
    causes=st.lists(st.sampled_from([*RiskCause, *MoreCause]), max_size=5, unique=True).map(tuple),
    cropland=st.none() | AREA,
    house_area=st.none() | AREA,
    wage=st.none() | MONEY,
    business=st.none() | st.integers(-(10**9), 10**9),
    industry_help=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    collector=st.none() | WORDS,
    members=st.lists(PERSONS, min_size=1, max_size=4).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(HOUSEHOLDS)
def test_whatever_a_household_says_comes_back(household):
    out = sheet([household])
    export = reread(out)
    assert export.problems == ()
    assert export.households == (household,)
    assert sheet(list(export.households)) == out


def test_columns_are_found_wherever_they_stand_and_however_they_are_written(table):
    """Other columns among them, brackets of the other width, line breaks, no 姓名, no third heading row."""
    county = reread(table).households
    at = column("姓名")
    odd = [
        ["本县自填" if row is table[HEADER] else "甲", *row[:at], *row[at + 1 :]] for row in table
    ]
    odd[HEADER] = [name.replace("（", "(\n").replace("）", ")") for name in odd[HEADER]]
    nameless = reread(odd[:1] + odd[HEADER:]).households
    assert [one.number for one in nameless] == [one.number for one in county]
    assert nameless[0].members[0].name is None
    assert nameless[0].members[0].certificate == county[0].members[0].certificate


def test_one_heading_over_two_rows_is_read(table):
    """Cells that reach over both rows stand in the upper one."""
    table[HEADER - 1], table[HEADER] = (
        [name if at % 2 else "" for at, name in enumerate(table[HEADER])],
        ["" if at % 2 else name for at, name in enumerate(table[HEADER])],
    )
    assert len(reread(table).households) == 30


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda t: [row[:9] + row[10:] for row in t], "缺少1列：风险消除方式。请重新导出"),
        (
            lambda t: [["另一个县" if c == COUNTY else c for c in row] for row in t],
            "县是“另一个县”",
        ),
        (lambda t: [*t[:5], ["", *t[5][1:]], *t[6:]], "第6行的县是空的，这里是“守望县”"),
        (lambda t: [["守望县2025年监测对象信息"], *t[1:]], "这是2025年的导出，现在用的是2026年"),
        (lambda t: [[*row, row[3]] for row in t], "有两列叫“户编号”"),
        (lambda t: t[:3], "表头下面没有数据"),
        (
            lambda t: [["出行登记表"], ["日期", "姓名"], ["9月1日", "祝山"]],
            "没有找到“监测对象信息”的表头",
        ),
        (lambda t: [], "没有找到“监测对象信息”的表头"),
    ],
    ids=["column", "county", "no county", "last year", "twice", "empty", "other sheet", "nothing"],
)
def test_the_wrong_sheet_is_refused_whole_with_a_reason(table, spoil, reason):
    with pytest.raises(NotOurs, match=reason):
        reread(spoil(table))


def test_the_year_may_stand_in_the_files_name_or_nowhere(table):
    with pytest.raises(NotOurs, match="2025年"):
        reread(table[1:], title="监测对象信息2025年12月.xlsx")
    assert reread(table[1:]).year is None


def test_a_day_of_printing_above_and_a_total_below_are_no_data(table):
    households = reread(table).households
    table[0][5] = "导出时间：2027年1月4日"
    assert reread([*table, ["合计", "", "", "30户"], ["制表：祝山"]]).households == households


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("识别监测时间", "去年春天", "不是年月"),
        ("监测对象类别", "脱贫户", "监测对象类别“脱贫户”不对，可填：脱贫不稳定户"),
        ("致贫/返贫风险1", "因懒", "不在列表中"),
        ("致贫/返贫风险2", "因病、因学", "一格只写一个风险"),
        ("证件号码", "990121198001010010", "校验不通过"),
        ("证件号码", "9901**********0010", "被遮盖"),
        ("证件号码", 990121198001010010, "存成了数字"),
        ("性别", "未知", "可填：男、女"),
        ("出生日期", "19800230", "不是日期"),
        ("公益性岗位（月数）", "半年", "不是数字"),
        ("是否参加大病保险", "也许", "看不出是或否"),
        ("住房面积", "约100", "不是数字"),
        ("工资性收入", "-100", "不能是负数"),
        ("人均纯收入（元）", "7200.123", "超过两位小数"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_its_household_left_out(table, name, cell, reason):
    number = table[3][column("户编号")]
    for row in table[3:]:
        if row[column("户编号")] == number and (row is table[3] or name in _of_household()):
            row[column(name)] = cell
    export = reread(table)
    problem = export.problems[0]
    assert (problem.row, problem.column, problem.household) == (4, name, number)
    assert reason in problem.reason
    assert str(problem).startswith(f"第4行“{name}”：")
    assert export.unread == {number}
    assert number not in {one.number for one in export.households}
    assert len(export.households) == 29


def _of_household() -> set[str]:
    return {one.name for one in COLUMNS if not one.person}


def test_what_is_said_of_a_household_is_said_alike_in_each_row(table):
    table[4][column("住房面积")] = "12"
    (problem,) = reread(table).problems
    assert str(problem) == "第5行“住房面积”：与本户第4行不一致，请核对后重新导出"


def test_nobody_stands_twice_in_a_household(table):
    table.insert(4, list(table[3]))
    (problem,) = reread(table).problems
    assert str(problem) == "第5行“证件号码”：与第4行是同一个人，请删去一行后重新导出"


def test_a_row_without_a_households_number_is_named(table):
    table.append(["" if at == column("户编号") else cell for at, cell in enumerate(table[-1])])
    assert [one.column for one in reread(table).problems] == ["户编号"]


def test_a_word_that_no_code_knows_is_kept_and_said(table):
    table[3][column("在校生状况")] = "技师学院二年级"
    export = reread(table)
    assert export.unknown == {"在校生状况": ("技师学院二年级",)}
    assert export.households[0].members[0].student == "技师学院二年级"


def test_a_disability_certificate_says_kind_and_level(table):
    number = table[3][column("证件号码")][:18]
    table[3][column("证件号码")] = f"{number}42"
    person = reread(table).households[0].members[0]
    assert (person.id_number, person.disability_level) == (number, 2)


def test_numbers_may_be_numbers_in_the_sheet(table):
    rows_of_first = [
        row for row in table[3:] if row[column("户编号")] == table[3][column("户编号")]
    ]
    for row in rows_of_first:
        row[column("住房面积")] = 96.5
        row[column("人均纯收入（元）")] = 11350
    first = reread(table).households[0]
    assert (first.house_area, first.per_head) == (Decimal("96.5"), 11_350_00)
