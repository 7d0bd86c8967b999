"""A workbook's rows as the same form."""

from datetime import date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError, model_validator

from kit.errors import Refused
from kit.forms.rows import BLANK, RowReader
from kit.sheets.sheet import RawSheet, recognise
from rulebook.types import (
    Causes,
    Count,
    DatedDay,
    Day,
    Fen,
    Group,
    IdNumber,
    PersonName,
    Phone,
    Since,
    Text,
    YearMonth,
    YesNo,
)
from tests.kit.forms.toy import KIND, VisitForm

HEAD = [
    "序号",
    "户主姓名",
    "身份证号码",
    "村",
    "联系电话",
    "办理结果",
    "易返贫（致贫）原因",
    "从哪天开始",
]
HEAD += ["家庭人口", "落实金额（元）", "备注", "紧急"]
GOOD = [
    1,
    "试用甲",
    "99012119800101001X",
    "石桥村",
    None,
    "已解决",
    "因病、残",
    "8月3日",
    4.0,
    1200.5,
    3.0,
    "是",
]


def sheet(*rows, head=HEAD):
    found = recognise(RawSheet(file="a.xlsx", title="走访", rows=[head, *map(list, rows)]), (KIND,))
    assert found
    return found


def read(*rows, check=None, head=HEAD):
    asked = sheet(*rows, head=head)
    report = asked.report()
    forms = [form for _, form in RowReader(VisitForm, asked, "2026-09").good(report, check)]
    return forms, report


def with_(**changed):
    return [changed.get(name, cell) for name, cell in zip(HEAD, GOOD, strict=True)]


def test_a_row_is_the_form():
    [form], report = read(GOOD)
    assert form == VisitForm(
        village="石桥村",
        name="试用甲",
        id_number="99012119800101001X",
        result="solved",
        causes=("ILLNESS", "DISABILITY"),
        since=date(2026, 8, 3),
        persons=4,
        amount=120050,
        note="3",
        urgent=True,
    )
    assert report.refused == []
    assert report.notes == []


def test_all_that_is_wrong_is_said_at_once_each_with_its_cell():
    row = with_(
        户主姓名="\u3000",
        身份证号码=9.90121198001e17,
        办理结果="办好了",
        家庭人口="许多",
        备注="长" * 21,
    )
    row[7], row[-1] = "13月", "大概"
    forms, report = read(GOOD, row)
    assert len(forms) == 1
    assert [(one.row, one.column, one.name, one.reason) for one in report.refused] == [
        (3, 2, "户主姓名", "没有填写户主姓名"),
        (3, 3, "身份证号码", "身份证号码存成了数字，后几位已丢失；请把单元格设为文本后重新填写"),
        (
            3,
            6,
            "办理结果",
            "“办好了”不在列表中；可填：已解决、部分解决、已定方案正在实施、经核实情况不符、不符合政策、转其他渠道",
        ),
        (3, 8, "从哪天开始", "日期“13月”看不明白，请写成2026年9月18日这样的格式"),
        (3, 9, "家庭人口", "要填整数"),
        (3, 11, "备注", "太长，最多20字"),
        (3, 12, "紧急", "“大概”看不出是或否，请填“是”或“否”"),
    ]


def test_what_the_database_has_against_it_stands_beside_what_the_cell_has():
    def check(reading):
        assert reading["persons"] == 4, "a good cell is there although another is refused"
        assert reading["phone"] is None
        reading.against("name", "没有这个人")
        raise Refused("这个月已经报过。")

    _, report = read(with_(联系电话="123"), check=check)
    assert [(one.name, one.reason) for one in report.refused] == [
        ("联系电话", "联系电话应为11位手机号或带区号的座机号，现在是3位数字，请核对"),
        ("户主姓名", "没有这个人"),
        ("", "这个月已经报过。"),
    ]


def test_columns_have_several_names_and_unknown_ones_are_named():
    head = ["姓名" if one == "户主姓名" else one for one in HEAD]
    asked = RawSheet(
        file="a.xlsx", title="走访", rows=[[*head, "户主姓名", "心情"], [*GOOD, "试用乙", "好"]]
    )
    found = recognise(asked, (KIND,))
    report = found.report()
    [(_, form)] = RowReader(VisitForm, found, "2026-09").good(report)
    assert form.name == "试用乙", "the first name counts"
    assert report.notes == ["这些列本系统不认识，没有导入：姓名、心情"]


def test_a_sheet_without_a_needed_column_is_refused_by_its_name():
    class More(VisitForm):
        group: Group

    with pytest.raises(Refused, match="缺少这些列：group"):
        RowReader(More, sheet(GOOD), "2026-09")


def test_what_a_form_says_as_a_whole_counts_in_a_row_too():
    class Paid(VisitForm):
        @model_validator(mode="after")
        def _paid(self) -> "Paid":
            if self.amount and not self.since:
                raise ValueError("有金额的要写明从哪天开始。")
            return self

    asked = sheet(GOOD, [*GOOD[:7], None, *GOOD[8:]])
    report = asked.report()
    [(_, form)] = RowReader(Paid, asked, "2026-09").good(report)
    assert (form.since, form.amount) == (date(2026, 8, 3), 120050)
    [refused] = report.refused
    assert (refused.row, refused.column) == (3, 0)
    assert refused.reason == "有金额的要写明从哪天开始"


def test_a_field_without_a_column_has_its_default():
    reader = RowReader(VisitForm, sheet(GOOD[:8], head=HEAD[:8]), "2026-09")
    reading = reader.read(reader.sheet.rows()[0])
    assert (reading["persons"], reading["note"], reading.close().persons) == (1, None, 1)


def test_what_the_sheet_says_as_a_whole_is_given():
    class More(VisitForm):
        group: Group

    reader = RowReader(More, sheet(GOOD), "2026-09", given={"group": "03", "village": "别的村"})
    form = reader.read(reader.sheet.rows()[0]).close()
    assert (form.group, form.village) == ("03", "别的村")


def test_a_blank_sheet_says_so():
    assert read()[1].notes == [BLANK]


def test_our_own_apostrophe_is_none_of_the_text():
    [form], _ = read(with_(备注="'-3"))
    assert form.note == "-3"


CELL = {"month": "2026-01"}


@pytest.mark.parametrize(
    ("kind", "value", "context", "meaning"),
    [
        (Text, 3.0, CELL, "3"),
        (Text, "一 行\n又一行", None, "一 行\n又一行"),
        (Day, "12月28日", CELL, date(2025, 12, 28)),
        (Day, datetime(2026, 1, 3), CELL, date(2026, 1, 3)),
        (Day, "2026-01-03", None, date(2026, 1, 3)),
        (DatedDay, "2021年9月18日", CELL, date(2021, 9, 18)),
        (DatedDay, datetime(2021, 9, 18), CELL, date(2021, 9, 18)),
        (YearMonth, "2026年1月", None, "2026-01"),
        (YesNo, "√", CELL, True),
        (YesNo, False, None, False),
        (Count, "4口人", CELL, 4),
        (Count, "4", None, 4),
        (Fen, 12, CELL, 1200),
        (Fen, 12, None, 12),
        (Fen, "1.2万", None, 1_200_000),
        (Group, "3组", None, "03"),
        (IdNumber, "99012119800101001 X", None, "99012119800101001X"),
        (Phone, "0900-1234567", None, "0900-1234567"),
        (PersonName, "试用 甲", None, "试用甲"),
        (Causes, "因病、学", CELL, ("ILLNESS", "EDUCATION")),
        (Causes, ["EDUCATION"], None, ("EDUCATION",)),
    ],
)
def test_what_people_write(kind, value, context, meaning):
    assert TypeAdapter(kind).validate_python(value, context=context) == meaning


def test_since_when():
    read = TypeAdapter(Since).validate_python
    assert (read("9月初", context={"month": "2026-09"}).day, read("2026-09-05").day) == (
        date(2026, 9, 1),
        date(2026, 9, 5),
    )
    assert read({"day": "2026-09-05", "about": True}).about


@pytest.mark.parametrize(
    ("kind", "value", "context"),
    [
        (DatedDay, "9月18日", CELL),
        (Day, "9月18日", None),
        (PersonName, "甲3", None),
        (Fen, -1, CELL),
    ],
)
def test_what_nobody_can_mean(kind, value, context):
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value, context=context)


def test_lines_that_are_no_rows_are_left_out_by_whoever_knows_them():
    asked = sheet(GOOD, with_(户主姓名="零报告"))
    report = asked.report()
    rows = [row for row in asked.rows() if row["户主姓名"] != "零报告"]
    taken = RowReader(VisitForm, asked, "2026-09").good(report, rows=rows)
    assert [row.number for row, _ in taken] == [2]
    assert report.refused == []
