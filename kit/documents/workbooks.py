"""Workbooks that an office goes on with in Excel or WPS: printable on A4, harmless to open."""

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from operator import attrgetter
from typing import Any, Self

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kit.dates import show_moment
from kit.documents.papers import XLSX, Paper, printable
from kit.sheets.cells import harmless

LANDSCAPE_ABOVE = 8  # columns (D16)
A4 = 9
THIN = Side(style="thin", color="999999")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD = PatternFill("solid", fgColor="E7ECEA")

Shown = str | int | float | date | None


@dataclass(frozen=True)
class Table:
    """One sheet: its title, a header row, rows below. `note` stands under the title (unit, date,
    basis).
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    note: str = ""

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
    for table in tables:
        _write(book.create_sheet(_sheet_title(table.title, book.sheetnames)), table)
    return Paper(name, XLSX, _saved(book))


def _write(sheet: Worksheet, table: Table) -> None:
    width = max(len(table.columns), 1)
    sheet.append([safe_cell(table.title)])
    sheet.append([safe_cell(table.note)])
    sheet.append([safe_cell(column) for column in table.columns])
    for row in table.rows:
        sheet.append([safe_cell(value) for value in row])
    for number, size in ((1, 16), (2, 10)):
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
        sheet.cell(number, 1).font = Font(name="黑体" if number == 1 else "宋体", size=size)
        sheet.cell(number, 1).alignment = Alignment(
            horizontal="center" if number == 1 else "left", wrap_text=True
        )
    _lay_out(sheet, width)
    for index, wide in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = wide
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "1:3"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if width > LANDSCAPE_ABOVE else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "— &P —"


def _lay_out(sheet: Worksheet, width: int) -> None:
    """Header and rows. openpyxl compares each style that is set with all it has, so the first cell
    of a kind is given one and the others its copy.
    """
    kinds: dict[tuple[bool, bool], Any] = {}
    for row in sheet.iter_rows(min_row=3, max_col=width):
        for cell in row:
            kind = head, dated = cell.row == 3, isinstance(cell.value, date)
            if kind in kinds:
                cell._style = copy(kinds[kind])
                continue
            cell.border, cell.alignment = GRID, Alignment(vertical="center", wrap_text=True)
            cell.font = Font(name="宋体", size=11, bold=head)
            if head:
                cell.fill = HEAD
            if dated:
                cell.number_format = "yyyy-mm-dd"
            kinds[kind] = cell._style


def _widths(table: Table) -> Iterable[float]:
    """Wide enough for the column's longest word, a Chinese character counting double; long texts
    wrap.
    """
    for index, column in enumerate(table.columns):
        texts = [
            column,
            *(str(safe_cell(row[index])) for row in table.rows[:500] if index < len(row)),
        ]
        yield min(
            max(max(sum(2 if ord(char) > 0x2E80 else 1 for char in text) for text in texts) + 2, 8),
            40,
        )


def _sheet_title(title: str, taken: Sequence[str]) -> str:
    """Office programs allow 31 characters, some signs not, and no name twice."""
    name = re.sub(r"[\[\]:*?/\\]", " ", printable(title)).strip("' ")[:28] or "表"
    return name if name not in taken else f"{name}{len(taken) + 1}"


def _saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
