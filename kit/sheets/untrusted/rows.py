"""The rows of a workbook. Imports nothing that starts slowly: a clerk waits for it."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from kit.errors import Refused
from kit.sheets.cells import PAGE, Cell


def rows(path: str) -> Iterator[bytes]:
    """All sheets of an .xlsx, .xls or .ods file as lines of JSON: for each `[title, height]`, then
    its rows in pages `[[cell, …], …]`. A day or moment is a text (ISO 8601).

    The reader keeps what it parsed: about 1 KB a row of 13 cells.
    """
    for sheet in sheets(path):
        height = sheet.end[0] + 1 if sheet.end else 0
        yield _line([sheet.name, height])
        lines = lines_of(sheet)
        for _ in range(0, height, PAGE):
            yield _line(list(islice(lines, PAGE)))


def _line(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_written)
    return text.encode() + b"\n"


def _written(moment: date) -> str:
    return moment.isoformat()


def sheets(path: str) -> Iterator[CalamineSheet]:
    try:
        book = CalamineWorkbook.from_path(path)
        for title in book.sheet_names:
            yield book.get_sheet_by_name(title)
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(
            "打不开：不是 Excel/WPS 表格，或者已经损坏。请另存为 .xlsx 后重新上传。"
        ) from error


def lines_of(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """Every row from the sheet's first, every cell from its first column."""
    left: list[Cell] = [None] * (sheet.start or (0, 0))[1]  # the reader begins at the first in use
    for cells in sheet.iter_rows():
        yield [*left, *[(cell or None) if type(cell) is str else _cell(cell) for cell in cells]]


def _cell(cell: object) -> Cell:
    return cell if isinstance(cell, str | int | float | date) and cell != "" else None
