"""What a workbook says beside its values is read in every format, and never taken for a blank (F-23,
F-25, F-26); what cannot be read is refused in a sentence (F-20).
"""

import asyncio
import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kit.child_process.parent import Limits
from kit.errors import Refused
from kit.sheets.cells import wrong_formula
from kit.sheets.reading import BookSheet, open_workbook
from kit.sheets.untrusted.book import moment

FILES = Path(__file__).parent / "files"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OPEN_DOCUMENT = """<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
%s</office:spreadsheet></office:body></office:document-content>"""


def sheets(path: Path, name: str = "名单.xlsx") -> list[BookSheet]:
    return asyncio.run(open_workbook(path, name))


def rows(path: Path) -> list[list]:
    return [list(row) for row in sheets(path)[0].lines()]


def refusal(path: Path, limits: Limits = Limits()) -> str:
    with pytest.raises(Refused) as refused:
        asyncio.run(open_workbook(path, "名单.xlsx", limits))
    return str(refused.value)


def edited(book: Workbook, path: Path, part: str, edit: Callable[[str], str]) -> Path:
    """The workbook with one of its parts changed."""
    book.save(path.with_suffix(".before"))
    with zipfile.ZipFile(path.with_suffix(".before")) as before, zipfile.ZipFile(path, "w") as new:
        for name in before.namelist():
            text = before.read(name)
            new.writestr(name, edit(text.decode()).encode() if name == part else text)
    return path


def worksheet(path: Path, data: str) -> Path:
    """A workbook whose one sheet holds this XML."""
    whole = f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'
    return edited(Workbook(), path, "xl/worksheets/sheet1.xml", lambda _: whole)


def test_f_23_an_error_and_a_formula_without_a_result_are_no_blanks(tmp_path):
    cells = [
        '<c r="A1" t="e"><v>#REF!</v></c>',
        '<c r="B1"><f>A1&amp;"x"</f><v></v></c>',
        '<c r="C1" t="shared"><f t="shared" si="0"/></c>',
        '<c r="D1" t="str"><f>IF(1,"","x")</f><v></v></c>',  # calculated: no text
        '<c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        '<c r="F1"><f>1+0</f><v>1</v></c>',
    ]
    path = worksheet(tmp_path / "a.xlsx", f'<row r="1">{"".join(cells)}</row>')
    [row] = rows(path)
    assert row == ["#REF!", '=A1&"x"', "=?", None, "#DIV/0!", 1]
    assert wrong_formula("#REF!") == "公式出错（#REF!），请改正"
    assert wrong_formula('=A1&"x"').startswith("公式没有结果")
    assert not wrong_formula("房屋漏雨#1")


def test_f_25_hidden_rows_and_sheets_merged_cells_and_days_from_1904(tmp_path):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    sheet.append(["组别", "姓名", "日期", "几点"])
    sheet.append(["01", "试用甲", date(2026, 9, 2), time(8, 30)])
    sheet.append([None, "试用乙"])
    sheet.append([None, None])
    sheet.append([None, "试用丙"])
    sheet.merge_cells("A2:A4")
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("存档").append(["旧"])
    book["存档"].sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    shown, archive = sheets(tmp_path / "a.xlsx")
    assert [list(row) for row in shown.lines()] == [
        ["组别", "姓名", "日期", "几点"],
        ["01", "试用甲", "2026-09-02", "8:30:00"],
        ["01", "试用乙"],
        [],  # nothing of its own
        [None, "试用丙"],
    ]
    assert (shown.hidden, shown.hidden_rows) == (False, [3])
    assert (archive.title, archive.hidden, list(archive.lines())) == ("存档", True, [])


def test_f_26_an_xls_file_says_the_same_whatever_it_is_called(tmp_path):
    for name in ("a.xls", "B.XLS", "c.et", "d.xlsx"):
        path = tmp_path / name
        path.write_bytes((FILES / "notations.xls").read_bytes())
        shown, archive = sheets(path)
        assert [list(row) for row in shown.lines()] == [
            ["姓名", "日期", "金额"],
            ["试用甲", "2026-09-02", "#REF!"],
            ["试用乙", None, True],
            ["试用丙", None, 1.5],
            ["试用丙", None, 7],
        ]
        assert (shown.hidden_rows, archive.hidden) == ([3], True)


ODS = """<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"
 xmlns:calcext="c"><office:automatic-styles><style:style style:name="no"><style:table-properties
 table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
 <table:table table:name="名单"><table:table-row>
  <table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>01</text:p>
   </table:table-cell>
  <table:table-cell table:number-columns-repeated="2"/>
  <table:table-cell office:value-type="float" office:value="3"><text:p>三</text:p>
   <office:annotation><text:p>不算</text:p></office:annotation></table:table-cell></table:table-row>
 <table:table-row table:visibility="filter"><table:covered-table-cell/>
  <table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p>
   </table:table-cell>
  <table:table-cell office:value-type="date" office:date-value="2026-09-02"/>
  <table:table-cell table:formula="of:=[.A1]"/></table:table-row>
 <table:table-row table:number-rows-repeated="1048574"><table:table-cell
  table:number-columns-repeated="16384"/></table:table-row></table:table>
 <table:table table:name="存档" table:style-name="no"><table:table-row><table:table-cell
  office:value-type="string"><text:p>旧</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, manifest: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("content.xml", ODS)
        book.writestr("META-INF/manifest.xml", manifest)
    return path


def test_f_26_an_ods_file_says_the_same(tmp_path):
    shown, archive = sheets(ods(tmp_path / "a.ods"))
    assert [list(row) for row in shown.lines()] == [
        ["01", None, None, 3],
        ["01", "#REF!", "2026-09-02", "=[.A1]"],
    ]
    assert (shown.hidden_rows, archive.title, archive.hidden) == ([2], "存档", True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-8"])
@pytest.mark.parametrize("between", [",", "\t"])
def test_f_26_a_csv_file_is_read_as_chinese_programs_write_it(tmp_path, encoding, between):
    path = tmp_path / "a.csv"
    lines = [["户主姓名", "身份证号码"], ["试用甲", "990321196503040114"], ["", ""], ["试用乙", ""]]
    path.write_bytes("\r\n".join(map(between.join, lines)).encode(encoding))
    assert rows(path) == [lines[0], lines[1], [], ["试用乙"]]


def test_f_20_a_million_rows_are_read_page_by_page(tmp_path):
    """More than the reader could hold: what is not in use costs nothing."""
    row = '<row r="{}"><c r="A{}"><v>1</v></c><c r="GR{}"><v>2</v></c></row>'
    path = worksheet(tmp_path / "a.xlsx", "".join(row.replace("{}", n) for n in ("1", "1048576")))
    [sheet] = sheets(path)
    assert sheet.height == 1_048_576
    *_, last = sheet.lines()
    assert (len(last), last[0], last[-1]) == (200, 1, 2)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("XFD1048576", "一直写到第1048576行、第16384列（XFD列）"),
        ("GS3", "一直写到第3行、第201列（GS列）"),
        ("A1048577", "一直写到第1048577行、第1列（A列）"),
    ],
)
def test_f_20_what_is_too_large_is_refused_by_its_real_extent(tmp_path, cell, said):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    data = f'<row r="{row}"><c r="{cell}" t="str"><v>甲</v></c></row>'
    refused = refusal(worksheet(tmp_path / "a.xlsx", f'<row r="1"><c r="A1"/></row>{data}'))
    assert refused.startswith(f"“名单.xlsx”里的工作表“Sheet”{said}，最多能读1048576行、200列。")


def laughs(path: Path) -> Path:
    """XML that defines a gigabyte in a few lines."""
    names = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    text = f'<!DOCTYPE x [<!ENTITY a0 "甲">{"".join(names)}]>'
    return edited(
        Workbook(),
        path,
        "xl/worksheets/sheet1.xml",
        lambda part: text + part.replace("<sheetData/>", "<sheetData><a>&a9;</a></sheetData>"),
    )


def without_end(path: Path) -> Path:
    """A hundred kilobytes of archive, a gigabyte of rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        Workbook().save(path.with_suffix(".before"))
        with zipfile.ZipFile(path.with_suffix(".before")) as before:
            for name in before.namelist():
                if not name.endswith("sheet1.xml"):
                    new.writestr(name, before.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for _ in range(64):
                sheet.write(b"<row/>" * (1 << 18))
    return path


def with_macros(path: Path) -> Path:
    Workbook().save(path)
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf")
    return path


def a_page(path: Path) -> Path:
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>")
    return path


def a_letter(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as letter:
        letter.writestr("word/document.xml", "<w/>")
    return path


def locked(path: Path) -> Path:
    return ods(path, '<manifest:encryption-data manifest:checksum="x"/>')


def torn(path: Path) -> Path:
    Workbook().save(path)
    path.write_bytes(path.read_bytes()[:3000])
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (laughs, "打不开"),
        (without_end, "规定时间内没有读完"),
        (with_macros, "带有宏，宏不能带进来。请另存为不带宏的 .xlsx"),
        (a_page, "是网页（HTML 或 XML）改了名字的文件"),
        (a_letter, "打不开：不是 Excel/WPS 表格"),
        (locked, "加了密码，请取消密码后再上传"),
        (torn, "打不开：不是 Excel/WPS 表格，或者已经损坏"),
    ],
)
def test_f_20_each_hostile_file_is_refused_in_a_sentence(tmp_path, make, said):
    refused = refusal(make(tmp_path / "a.xls"), Limits(cpu=2))
    assert refused.startswith("“名单.xlsx”")
    assert said in refused


def test_texts_are_read_as_they_are_shown(tmp_path):
    """Of rich text the pieces, without what says how to pronounce them; escapes as characters."""
    cells = [
        '<c r="A1" t="inlineStr"><is><r><t>试用</t></r><r><t>甲</t></r><rPh><t>shi</t></rPh></is></c>',
        '<c r="C1" t="str"><v>上_x000D_下</v></c>',
        '<c r="D1" t="b"><v>0</v></c>',
        '<c r="E1" t="d"><v>2026-09-02</v></c>',
        "<c><v>990321196503040114</v></c>",
        "<c><v>0.1</v></c>",
    ]
    data = "".join(cells).replace("<c", "<x:c").replace("</c", "</x:c")
    path = worksheet(tmp_path / "a.xlsx", f'<row r="2">{data}</row>')
    book = path.with_suffix(".x.xlsx")
    book.write_bytes(path.read_bytes())
    [blank, row] = rows(
        edited_again(book, lambda text: text.replace(' xmlns="', f' xmlns:x="{MAIN}" xmlns="'))
    )
    assert blank == []
    assert row == ["试用甲", None, "上\r下", False, "2026-09-02", 9.903211965030401e17, 0.1]


def edited_again(path: Path, edit: Callable[[str], str]) -> Path:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            sheet = name == "xl/worksheets/sheet1.xml"
            book.writestr(name, edit(part.decode()).encode() if sheet else part)
    return path


def test_g_12_a_number_that_no_cell_holds_is_an_error(tmp_path):
    """Whoever took one for a number stopped with a fault of ours (500)."""
    numbers = ["1e999", "-1e999", "NaN", "-5"]
    cells = "".join(f"<c><v>{number}</v></c>" for number in numbers)
    path = worksheet(
        tmp_path / "a.xlsx", f'<row r="1">{cells}<c t="n"><f>1</f><v>NaN</v></c></row>'
    )
    assert rows(path) == [["#NUM!", "#NUM!", "#NUM!", -5, "#NUM!"]]
    cells = "".join(
        f'<table:table-cell office:value-type="float" office:value="{number}"/>'
        for number in numbers
    )
    table = f'<table:table table:name="A"><table:table-row>{cells}</table:table-row></table:table>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as book:
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", OPEN_DOCUMENT % table)
    assert rows(tmp_path / "a.ods") == [["#NUM!", "#NUM!", "#NUM!", -5]]
    assert [moment(float(number)) for number in numbers] == ["#NUM!", "#NUM!", "#NUM!", -5]
