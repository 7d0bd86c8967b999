"""Workbooks that an office goes on with in Excel or WPS: legible on A4 and A3, harmless to open."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
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
from kit.documents.leaving import leaving
from kit.documents.papers import XLSX, Paper, printable, stamp
from kit.sheets.cells import harmless

LANDSCAPE_ABOVE = 8  # columns (D16)
A4 = 9
# Characters of 11 pt across the page, when the sheet is fitted to A4: as large as 9 pt, or with many
# columns no smaller than 7 pt (F-62). On A3 it prints half as large again.
ACROSS = {"portrait": 108, "landscape": 158}
MANY, ACROSS_OF_MANY = 16, 202
LINE = 15  # points
FONT = "宋体"  # its digits are 8 of 96 pixels an inch wide, which column widths count
NARROWEST, WIDEST = 6, 40
NUMBER = re.compile(r"\d+X?")
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
    """An .xlsx file to be saved under this name: one sheet a table, ready to print on A4; under each
    title, after its note, who exported it and when.
    """
    book = Workbook()
    book.remove(book.active)
    if (now := leaving()) is not None:
        tables = [
            replace(table, note="；".join(filter(None, (table.note, now.line)))) for table in tables
        ]
        stamp(book.properties, now)
    book._named_styles["Normal"].font = Font(
        name=FONT, size=11
    )  # a column's width is counted in it
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
            font=Font(name=FONT, size=11, bold=bold),
            fill=fill,
            border=GRID,
            alignment=Alignment(
                horizontal="center" if name == HEADER else None, vertical="center", wrap_text=True
            ),
            number_format=number_format,
        )


def _write(sheet: Worksheet, table: Table) -> None:
    width = max(len(table.columns), 1)
    orientation = "landscape" if width > LANDSCAPE_ABOVE else "portrait"
    widths = _widths(table, ACROSS_OF_MANY if width > MANY else ACROSS[orientation])
    for line in ([table.title], [table.note], table.columns, *table.rows):
        sheet.append([safe_cell(value) for value in line])
    _cells(sheet, table, width)
    head, last = sheet.cell(3, 1).coordinate, sheet.cell(sheet.max_row, width).coordinate
    if table.rows:
        sheet.auto_filter.ref = f"{head}:{last}"
    for line in table.foot:
        sheet.append([safe_cell(line)])
        _across(sheet, sheet.max_row, width, Font(name=FONT, size=11))
    _across(sheet, 1, width, Font(name="黑体", size=16), horizontal="center")
    _across(sheet, 2, width, Font(name=FONT, size=10))
    sheet.row_dimensions[1].height = 22 * _lines(table.title * 2, sum(widths))
    sheet.row_dimensions[2].height = LINE * _lines(table.note, sum(widths))
    for number, row in enumerate((table.columns, *table.rows), start=3):
        lines = max(_lines(_printed(value), wide) for value, wide in zip(row, widths, strict=False))
        sheet.row_dimensions[number].height = LINE * lines + 3
    for index, wide in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = wide
    sheet.freeze_panes = sheet.cell(4, table.fixed + 1)
    sheet.print_title_rows = "1:3"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = A4, orientation
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(
        left=0.4, right=0.4, top=0.6, bottom=0.7, header=0.3, footer=0.3
    )  # inches
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


def _widths(table: Table, across: int) -> list[float]:
    """Wide enough for each column's longest text, its header on two lines; where all together would
    print too small, the widest ones give way and wrap.
    """
    wanted, least = [], []
    for index, column in enumerate(table.columns):
        values = [row[index] for row in table.rows[:500] if index < len(row)]
        longest = max(_length(column) / 2 + 1, *(_length(_printed(value)) for value in values), 0)
        wanted.append(min(max(longest + 2, NARROWEST), WIDEST))
        whole = [_length(_printed(value)) for value in values if _is_whole(value)]
        least.append(max(whole, default=0) + 1.5)
    cap = float(WIDEST)
    while sum(map(max, least, (min(wide, cap) for wide in wanted))) > across and cap > NARROWEST:
        cap -= 0.5
    return list(map(max, least, (min(wide, cap) for wide in wanted)))


def _is_whole(value: object) -> bool:
    """A day or number does not wrap, nor one that is written as text: of an ID card, a telephone."""
    return not isinstance(value, str) or NUMBER.fullmatch(value) is not None


def _lines(text: str, wide: float) -> int:
    """How many lines the text takes in a column, as office programs break it."""
    room = max(int((wide - 1) // 2) * 2, 2)
    return sum(-(-_length(line) // room) or 1 for line in text.split("\n"))


def _printed(value: object) -> str:
    cell = safe_cell(value)
    return value.text if isinstance(value, Percent) else "" if cell is None else str(cell)


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
