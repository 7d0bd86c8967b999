"""G-01: a file of some kilobytes that unpacks to megabytes is read in time that grows with its length.
Each would take minutes if a byte of it were looked at again for each that follows: twenty seconds of
processor time are many times what it needs.
"""

import asyncio
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from kit.child_process.parent import Limits
from kit.errors import Refused
from kit.sheets.cells import PAGE_BYTES
from kit.sheets.reading import open_workbook
from tests.kit.sheets.test_notations import MAIN, OPEN_DOCUMENT, edited

SOON = Limits(cpu=20)


def worksheet(path: Path, xml: str) -> Path:
    whole = f'<worksheet xmlns="{MAIN}">{xml}</worksheet>'
    return edited(Workbook(), path, "xl/worksheets/sheet1.xml", lambda _: whole)


def merged_without_an_end(path: Path) -> Path:
    return worksheet(path, "<sheetData/>" + "<mergeCell " * 500_000)


def merged_from_the_first_row_on(path: Path) -> Path:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 50_000))
    areas = "".join(f'<mergeCell ref="A1:A{100_000 + n}"/>' for n in range(50_000))
    return worksheet(path, f"<sheetData>{rows}</sheetData><mergeCells>{areas}</mergeCells>")


def elements_behind_a_long_text(path: Path) -> Path:
    cell = f'<c r="A1" t="str"><f>1</f><v>{"a" * (1 << 20)}</v></c>{"<x/>" * 500_000}'
    return worksheet(path, f'<sheetData><row r="1">{cell}</row></sheetData>')


def a_text_in_many_pieces(path: Path) -> Path:
    cell = f'<c r="A1" t="inlineStr"><is>{"<t>甲</t>" * 1_000_000}</is></c>'
    return worksheet(path, f'<sheetData><row r="1">{cell}</row></sheetData>')


def a_format_of_brackets(path: Path) -> Path:
    styles = f'<numFmts><numFmt numFmtId="200" formatCode="{"[" * 2_000_000}"/></numFmts>'
    whole = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    return edited(Workbook(), path, "xl/styles.xml", lambda _: whole)


def each_row_of_another_shape(path: Path) -> Path:
    rows = "".join(
        f'<row>{"<c><v>1</v></c>" * 20}<c s="{n}"><v>1</v></c></row>' for n in range(20_000)
    )
    return worksheet(path, f"<sheetData>{rows}</sheetData>")


def many_sheets_of_an_open_document(path: Path) -> Path:
    tables = '<table:table table:name="A"/>' * 500
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", OPEN_DOCUMENT % tables)
    return path


@pytest.mark.parametrize(
    ("make", "sheets"),
    [
        (merged_without_an_end, 1),
        (merged_from_the_first_row_on, 1),
        (elements_behind_a_long_text, 1),
        (a_text_in_many_pieces, 1),
        (a_format_of_brackets, 1),
        (each_row_of_another_shape, 1),
        (many_sheets_of_an_open_document, 500),
    ],
)
def test_g_01_reading_takes_time_by_length(make: Callable[[Path], Path], sheets: int, tmp_path):
    path = make(tmp_path / "a.xlsx")
    assert len(asyncio.run(open_workbook(path, "名单.xlsx", SOON))) == sheets


def test_g_01_a_sheet_that_is_named_twice_is_no_workbook(tmp_path):
    def twice(workbook: str) -> str:
        start = workbook.index("<sheet ")
        sheet = workbook[start : workbook.index("/>", start) + 2]
        return workbook.replace(sheet, sheet * 2)

    path = edited(Workbook(), tmp_path / "a.xlsx", "xl/workbook.xml", twice)
    with pytest.raises(Refused, match="不是 Excel/WPS 表格"):
        asyncio.run(open_workbook(path, "名单.xlsx"))


def test_f_20_a_page_is_as_large_as_a_door_takes(tmp_path):
    """A thousand rows of long texts travel in several pages; one row that is too long is refused."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(1_000):
        sheet.append([number, "长,文" * 5_000])
    book.save(tmp_path / "a.xlsx")
    [taken] = asyncio.run(open_workbook(tmp_path / "a.xlsx"))
    pages = [*taken.pages()]
    assert len(pages) > 4
    assert max(map(len, pages)) <= PAGE_BYTES
    assert [row[0] for row in taken.lines()] == [*range(1_000)]
    book = Workbook(write_only=True)
    book.create_sheet().append(["长" * 32_000] * 50)
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(Refused, match="有一行的内容太多"):
        asyncio.run(open_workbook(tmp_path / "b.xlsx"))
