"""What a program wrote and no office program calculated (F-23), and from when a workbook counts its days
(F-25), in every format.
"""

import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kit.child_process.parent import Limits
from kit.forms import Form, field
from kit.forms.rows import RowReader
from kit.sheets.cells import wrong_formula
from kit.sheets.sheet import Lines, SheetKind, SheetReport, recognise
from rulebook.types import Day, Text
from tests.kit.sheets.test_notations import FILES, refusal, rows, sheets, worksheet

NO_TEXT = b"\x03\0\0\0\0\0\xff\xff"  # a formula's result in an .xls file
DAY = date(2026, 9, 2)
BARE = (DAY - date(1904, 1, 1)).days


class VisitForm(Form):
    name: Text = field("姓名")
    on: Day | None = field("日期", None)


KIND = SheetKind("visits", "走访", "toy", 5, ("姓名", "日期"), lambda *_: SheetReport())


def taken(raw: Lines) -> tuple[list[date | None], list[str]]:
    """The days that were read, and why cells were refused."""
    sheet = recognise(raw, (KIND,))
    assert sheet
    report = sheet.report()
    days = [form.on for _, form in RowReader(VisitForm, sheet, "2026-09").good(report)]
    return days, [cell.reason for cell in report.refused]


def test_f_23_an_xls_that_was_never_calculated_has_no_blanks():
    assert [list(row) for row in sheets(FILES / "formulas.xls")[1].lines()] == [
        ["姓名", "身份证号码", "家庭人口"],
        ["试用甲", "=?", "=?"],
        ["试用乙", None, 2],
    ]
    assert wrong_formula("=?") == "公式没有结果，请在 Excel/WPS 里打开并保存，或者直接填写结果"


def test_f_23_a_calculated_xls_may_have_formulas_that_come_to_nothing(tmp_path):
    """Where one of the workbook's formulas came to something, the others came to no text."""
    written = (FILES / "formulas.xls").read_bytes()
    assert written.count(NO_TEXT) == 2
    before, between, after = written.split(NO_TEXT)
    path = tmp_path / "a.xls"
    path.write_bytes(before + NO_TEXT + between + struct.pack("<d", 4) + after)
    assert list(sheets(path)[1].lines())[1] == ["试用甲", None, 4]
    path.write_bytes(before + bytes(8) + between + bytes(8) + after)  # as others leave them
    assert list(sheets(path)[1].lines())[1] == ["试用甲", "=?", "=?"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("<f>A1</f>", "=A1"),
        ("<f>A1</f><v/>", "=A1"),
        ("<f>A1</f><v>0</v>", 0),
        ('<f t="shared" si="0"/>', "=?"),
    ],
)
def test_f_23_a_formula_of_an_xlsx_without_a_value(tmp_path, cell, said):
    path = worksheet(tmp_path / "a.xlsx", f'<row r="1"><c r="A1">{cell}</c></row>')
    assert wrong_formula(str(said)) or said == 0
    by_excel = edited_workbook(path, lambda text: text.replace(' fullCalcOnLoad="1"', ""))
    assert rows(by_excel) == [[said]]


def test_f_23_nought_of_a_program_that_leaves_the_calculating_to_excel(tmp_path):
    cells = '<c r="A1"><f>B1+1</f><v>0</v></c><c r="B1"><v>0</v></c><c r="C1" t="str"><f>A1</f></c>'
    path = worksheet(tmp_path / "a.xlsx", f'<row r="1">{cells}</row>')
    assert rows(path) == [["=B1+1", 0, "=A1"]]  # openpyxl writes fullCalcOnLoad too


def edited_workbook(path: Path, edit) -> Path:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            whole = edit(part.decode()).encode() if name == "xl/workbook.xml" else part
            book.writestr(name, whole)
    return path


ODS = """<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>
<office:spreadsheet><table:calculation-settings><table:null-date table:date-value="1904-01-01"/>
</table:calculation-settings><table:table table:name="名单">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def ods(path: Path, *lines: str) -> Path:
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("content.xml", ODS.format(rows=rows))
        book.writestr("META-INF/manifest.xml", "")
    return path


def test_f_23_a_formula_of_an_ods_without_a_value(tmp_path):
    cells = [
        '<table:table-cell table:formula="of:=[.A1]" office:value-type="float"/>',
        '<table:table-cell table:formula="of:=[.A1]"/>',
        '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string"/>',
        '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/>',
    ]
    assert rows(ods(tmp_path / "a.ods", "".join(cells))) == [["=[.A1]", "=[.A1]", None, 1]]


def test_f_25_a_bare_number_of_days_counts_from_its_workbooks_epoch(tmp_path):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (["姓名", "日期"], ["试用甲", DAY], ["试用乙", BARE]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    number = '<table:table-cell office:value-type="float" office:value="{}"/>'
    lines = (
        "".join(map(CELL.format, ("姓名", "日期"))),
        CELL.format("试用甲")
        + f'<table:table-cell office:value-type="date" office:date-value="{DAY}"/>',
        CELL.format("试用乙") + number.format(BARE),
    )
    for path in (tmp_path / "a.xlsx", FILES / "from-1904.xls", ods(tmp_path / "a.ods", *lines)):
        [sheet] = sheets(path)
        assert [list(row)[1] for row in sheet.lines()] == ["日期", DAY.isoformat(), BARE], path
        assert sheet.epoch == date(1904, 1, 1)
        assert taken(sheet) == ([DAY, DAY], []), path


def test_f_25_a_bare_number_of_days_counts_from_1900_elsewhere(tmp_path):
    book = Workbook()
    for row in (["姓名", "日期"], ["试用甲", DAY], ["试用乙", (DAY - date(1899, 12, 30)).days]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert taken(sheets(tmp_path / "a.xlsx")[0]) == ([DAY, DAY], [])


def test_f_20_more_than_an_import_takes_is_a_limit_with_the_sheets_extent(tmp_path):
    """A million rows of 200 full cells are more than half a gigabyte; here is a small one."""
    cells = "".join(f'<c r="{column}{{0}}"><v>1234567</v></c>' for column in ("A", "B", "GR"))
    data = "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(1, 9_001))
    path = worksheet(tmp_path / "a.xlsx", data)
    said = refusal(path, Limits(output=1 << 20))
    assert said == (
        "“名单.xlsx”里的工作表“Sheet”一直写到第9000行、第200列（GR列），内容太多，"
        "一次导入放不下（最多1MB）。请删去多余的行和列，或者拆成几个文件、分几次导入。"
    )
