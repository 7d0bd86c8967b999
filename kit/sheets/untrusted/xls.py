"""An .xls or .et file (BIFF), with what tells an error, a hidden sheet or row and a merged area."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd

from kit.errors import Refused
from kit.sheets.cells import Cell
from kit.sheets.untrusted.book import Merged, SheetInFile, SparseRow, moment
from kit.sheets.untrusted.xml import NO_WORKBOOK

ENCRYPTED = "encrypted"  # as xlrd says it


def sheets(path: Path, locked: str) -> Iterator[SheetInFile]:
    """`locked`: what is said of a file with a password."""
    try:
        book = xlrd.open_workbook(str(path), logfile=sys.stderr, formatting_info=True)
    except xlrd.XLRDError as error:
        raise Refused(locked if ENCRYPTED in str(error) else NO_WORKBOOK) from error
    for sheet in book.sheets():
        merged = [
            Merged(top + 1, bottom, left)
            for top, bottom, left, _ in sheet.merged_cells
            if bottom - top > 1
        ]
        rows = _rows(sheet, bool(book.datemode))
        yield SheetInFile(sheet.name, rows, bool(sheet.visibility), merged)


def _rows(sheet: Any, from_1904: bool) -> Iterator[SparseRow]:
    for at in range(sheet.nrows):
        cells = [
            _cell(kind, value, from_1904)
            for kind, value in zip(sheet.row_types(at), sheet.row_values(at), strict=True)
        ]
        while cells and cells[-1] is None:
            cells.pop()
        row = sheet.rowinfo_map.get(at)
        yield SparseRow(at + 1, cells, bool(row and row.hidden))


def _cell(kind: int, value: Any, from_1904: bool) -> Cell:
    if kind == xlrd.XL_CELL_TEXT:
        return value or None
    if kind == xlrd.XL_CELL_NUMBER:
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if kind == xlrd.XL_CELL_DATE:
        return moment(value, from_1904=from_1904)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#N/A")
    return None
