"""What stands in a sheet and is no row of its table, and what a sheet hides."""

import pytest

from kit.errors import Refused
from kit.sheets.months import require_month
from kit.sheets.sheet import HIDDEN, RawSheet, Sheet, SheetKind, SheetReport, recognise

REPORT = SheetKind("toy", "走访", "toy", 5, ("序号", "姓名", "备注"), lambda *_: SheetReport)  # type: ignore[arg-type,return-value]
MASTER = SheetKind("list", "名册", "toy", 2, ("序号", "姓名", "备注"), lambda *_: SheetReport)  # type: ignore[arg-type,return-value]
HEAD = ["序号", "姓名", "备注", "电话"]


def sheet(*rows, kind=REPORT, title="走访", file="a.xlsx", above=(), hidden=()) -> Sheet:
    lines = [*above, HEAD, *rows]
    raw = RawSheet(file=file, title=title, rows=lines, hidden_rows=list(hidden))
    found = recognise(raw, [kind])
    assert found
    return found


def names(found: Sheet) -> list:
    return [row["姓名"] for row in found.stream()]


@pytest.mark.parametrize(
    "line",
    [
        ["填表说明：1.本表每月20日前报送"],
        ["注：“备注”栏写明原因"],
        ["注", "1.姓名写全"],
        ["（注）"],
        ["备注：", "每户一行"],
        ["1.姓名要写全"],
        ["报送人：试用甲", None, "联系电话：16000000001"],
        ["报送单位（盖章）："],
        ["填报人：试用甲 审核人：试用乙"],
        ["经办人：试用甲"],
        ["制表：试用甲"],
        ["合计", 2, 3, 4],
        [" 总 计 ", 1],
        [" ", " ", " ", " "],
        HEAD,
    ],
)
def test_f_31_lines_under_a_table_are_no_rows(line):
    assert names(sheet([1, "试用甲", "好", None], line)) == ["试用甲"]


def test_f_31_what_follows_an_explanation_belongs_to_it_but_a_row_stays_a_row():
    found = sheet(
        [1, "试用甲", "好"],
        ["填表说明："],
        ["每户只填一行，姓名与户口簿一致"],
        [2, "试用乙", "好", "16000000001"],
    )
    assert names(found) == ["试用甲", "试用乙"]
    assert names(sheet(["只有一格的一行"])) == [None]  # refused by whoever reads it, never dropped


def test_f_25_a_header_over_two_lines_is_its_second():
    found = sheet(HEAD, [1, "试用甲", "好", None])
    assert found.header_row == 1
    assert names(found) == ["试用甲"]


def test_f_25_a_hidden_row_of_a_report_is_refused_and_of_a_register_named():
    rows = [[1, "试用甲", "好", None], [2, "试用乙", "好", None], [None], ["合计", None, None, 2]]
    report = sheet(*rows, hidden=[1, 3, 4, 5])
    assert names(report) == ["试用甲"]
    assert [(cell.row, cell.reason) for cell in report.report().refused] == [(3, HIDDEN)]
    master = sheet(*rows, kind=MASTER, hidden=[3])
    assert names(master) == ["试用甲", "试用乙"]
    assert master.report().notes == ["有1行是隐藏的（或被筛选掉了），一并导入。"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"above": [["走访汇总表（8月）"]]}, "标题“走访汇总表（8月）”"),
        ({"title": "八月"}, "工作表名“八月”"),
        ({"file": "走访2026-08.xlsx"}, "文件名“走访2026-08.xlsx”"),
    ],
)
def test_f_24_another_month_is_refused_with_the_place_and_the_way_out(said, where):
    found = sheet([1, "试用甲", "好"], **said)
    require_month(found, "2026-08")
    with pytest.raises(Refused) as refused:
        require_month(found, "2026-09")
    assert str(refused.value) == (
        f"{where}写的是2026年8月，现在填报的是2026年9月。是2026年8月的，请选2026年8月再导入；"
        f"是2026年9月的，请把{where.partition('“')[0]}改成“2026年9月”再导入。"
    )


def test_f_24_days_and_explanations_name_no_month():
    above = [["填报日期：2026年8月"], ["说明：8月以前的不报"], ["9月18日"]]
    require_month(sheet([1, "试用甲", "好"], above=above, file="9月18日.xlsx"), "2026-10")
