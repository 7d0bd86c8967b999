"""Workbooks that an office goes on with in Excel or WPS: legible on A4 and A3, harmless to open."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from operator import attrgetter
from typing import Any, Self

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from kit.dates import show_moment
from kit.documents.papers import XLSX, Paper, printable
from kit.sheets.cells import harmless

LANDSCAPE_ABOVE = 8  # columns (D16)
A4 = 9
# Of a line across the page in characters of 11 pt that leave 7 pt when the sheet is fitted to A4 (F-62).
LEGIBLE = {"portrait": 150, "landscape": 230}
NARROWEST, WIDEST = 6, 40
THIN = Side(style="thin", color="999999")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD = PatternFill("solid", fgColor="E7ECEA")
HEADER, BODY, DAY = "表头", "正文", "日期"  # styles, as an office program lists them

Shown = str | int | float | date | None


@dataclass(frozen=True)
class Percent:
    """A share as a cell that an office program reckons with: `text` as printed, 67.89%."""

    text: str

    def cell(self) -> float | str:
        """0.6789; the text where it is no number (—)."""
        try:
            return round(float(self.text.rstrip("%")) / 100, 8)
        except ValueError:
            return self.text

    @property
    def number_format(self) -> str:
        decimals = len(self.text.rstrip("%").partition(".")[2])
        return f"0.{'0' * decimals}%" if decimals else "0%"


@dataclass(frozen=True)
class Table:
    """One sheet: its title, a header row, rows below. `note` stands under the title (unit, date,
    basis), `foot` under the rows (total, signatures). `fixed`: columns that stay in sight.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    note: str = ""
    foot: Sequence[str] = ()
    fixed: int = 0

    @classmethod
    def of(
        cls,
        title: str,
        columns: Sequence[tuple[str, str | Callable[[Any], object]]],
        rows: Iterable[Any],
        note: str = "",
    ) -> Self:
        """The rows by their columns: a header, and the row's attribute (dots go deeper) or what is
        made of the row.
        """
        cells = [attrgetter(cell) if isinstance(cell, str) else cell for _, cell in columns]
        heads = [head for head, _ in columns]
        return cls(title, heads, [[cell(row) for cell in cells] for row in rows], note)


def safe_cell(value: object) -> Shown:
    """The value as a cell that no office program runs: a text that begins like a formula gets an
    apostrophe.
    """
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, Percent):
        return value.cell()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return show_moment(value) if value.tzinfo else value
    if isinstance(value, date):
        return value
    return harmless(str(getattr(value, "label", value)))


def sheets(name: str, tables: Sequence[Table]) -> Paper:
    """An .xlsx file to be saved under this name: one sheet a table, ready to print on A4."""
    book = Workbook()
    book.remove(book.active)
    for style in _styles():
        book.add_named_style(style)
    for table in tables:
        _write(book.create_sheet(_sheet_title(table.title, book.sheetnames)), table)
    return Paper(name, XLSX, _saved(book))


def _styles() -> Iterable[NamedStyle]:
    """Of the cells under a table's title. By name: a style that each cell is given anew is compared
    with all others each time, 0.1 ms a cell.
    """
    for name, bold, fill, number_format in (
        (HEADER, True, HEAD, "General"),
        (BODY, False, PatternFill(), "General"),
        (DAY, False, PatternFill(), "yyyy-mm-dd"),
    ):
        yield NamedStyle(
            name,
            font=Font(name="宋体", size=11, bold=bold),
            fill=fill,
            border=GRID,
            alignment=Alignment(vertical="center", wrap_text=True),
            number_format=number_format,
        )


def _write(sheet: Worksheet, table: Table) -> None:
    width = max(len(table.columns), 1)
    orientation = "landscape" if width > LANDSCAPE_ABOVE else "portrait"
    widths = _widths(table, LEGIBLE[orientation])
    for line in ([table.title], [table.note], table.columns, *table.rows):
        sheet.append([safe_cell(value) for value in line])
    _cells(sheet, table, width)
    head, last = sheet.cell(3, 1).coordinate, sheet.cell(sheet.max_row, width).coordinate
    if table.rows:
        sheet.auto_filter.ref = f"{head}:{last}"
    for line in table.foot:
        sheet.append([safe_cell(line)])
        _across(sheet, sheet.max_row, width, Font(name="宋体", size=11))
    _across(sheet, 1, width, Font(name="黑体", size=16), horizontal="center")
    _across(sheet, 2, width, Font(name="宋体", size=10))
    for number, words in ((1, table.title * 2), (2, table.note)):
        lines = -(-_length(words) // int(sum(widths))) or 1
        sheet.row_dimensions[number].height = lines * (22 if number == 1 else 15)
    for index, wide in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = wide
    sheet.freeze_panes = sheet.cell(4, table.fixed + 1)
    sheet.print_title_rows = "1:3"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = A4, orientation
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6)  # inches
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "— &P —"


def _cells(sheet: Worksheet, table: Table, width: int) -> None:
    """How header and rows look."""
    for row in sheet.iter_rows(min_row=3, max_col=width):
        values = [] if row[0].row == 3 else table.rows[row[0].row - 4]
        for index, cell in enumerate(row):
            if cell.row == 3:
                cell.style = HEADER
                continue
            cell.style = DAY if isinstance(cell.value, date) else BODY
            if index < len(values) and isinstance(percent := values[index], Percent):
                cell.number_format = percent.number_format


def _across(
    sheet: Worksheet, number: int, width: int, font: Font, horizontal: str = "left"
) -> None:
    """The row's first cell over all its columns."""
    sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
    cell = sheet.cell(number, 1)
    cell.font, cell.alignment = font, Alignment(horizontal=horizontal, wrap_text=True)


def _widths(table: Table, legible: int) -> list[float]:
    """Wide enough for each column's longest text; where all together would print too small, the widest
    ones give way and wrap.
    """
    wanted = []
    for index, column in enumerate(table.columns):
        texts = [column, *(_printed(row[index]) for row in table.rows[:500] if index < len(row))]
        wanted.append(min(max(max(map(_length, texts)) + 2.0, NARROWEST), WIDEST))
    cap = float(WIDEST)
    while sum(min(wide, cap) for wide in wanted) > legible and cap > NARROWEST:
        cap -= 1
    return [min(wide, cap) for wide in wanted]


def _printed(value: object) -> str:
    return value.text if isinstance(value, Percent) else str(safe_cell(value))


def _length(text: str) -> int:
    """In characters of the Latin alphabet; a Chinese one counts double."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def _sheet_title(title: str, taken: Sequence[str]) -> str:
    """Office programs allow 31 characters, some signs not, and no name twice."""
    name = re.sub(r"[\[\]:*?/\\]", " ", printable(title)).strip("' ")[:28] or "表"
    return name if name not in taken else f"{name}{len(taken) + 1}"


def _saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
