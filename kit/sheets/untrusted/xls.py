"""An .xls or .et file (BIFF), with what tells an error, a formula that was never calculated, a hidden
sheet or row and a merged area.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import xlrd

from kit.errors import Refused
from kit.sheets.cells import Cell
from kit.sheets.untrusted.biff import Place, without_result
from kit.sheets.untrusted.book import Merged, SheetInFile, SparseRow, finite, moment
from kit.sheets.untrusted.xml import NO_WORKBOOK
from rulebook.epochs import EPOCH, EPOCH_1904

ENCRYPTED = "encrypted"  # as xlrd says it
FORMULA = "=?"


def sheets(path: Path, locked: str) -> Iterator[SheetInFile]:
    """`locked`: what is said of a file with a password."""
    try:
        book = xlrd.open_workbook(str(path), logfile=sys.stderr, formatting_info=True)
    except xlrd.XLRDError as error:
        raise Refused(locked if ENCRYPTED in str(error) else NO_WORKBOOK) from error
    epoch = EPOCH_1904 if book.datemode else EPOCH
    for sheet, unsolved in zip(book.sheets(), without_result(path, book.nsheets), strict=True):
        merged = [
            Merged(top + 1, bottom, left)
            for top, bottom, left, _ in sheet.merged_cells
            if bottom - top > 1
        ]
        reader = _Rows(sheet, epoch, unsolved)
        yield SheetInFile(sheet.name, reader.rows(), bool(sheet.visibility), merged, epoch)


class _Rows:
    """Of one sheet. `unsolved`: its formulas without a result."""

    def __init__(self, sheet: Any, epoch: date, unsolved: set[Place]) -> None:
        self._sheet, self._epoch, self._unsolved = sheet, epoch, unsolved

    def rows(self) -> Iterator[SparseRow]:
        sheet = self._sheet
        for at in range(sheet.nrows):
            cells = [
                FORMULA if (at, column) in self._unsolved else self._cell(kind, value)
                for column, (kind, value) in enumerate(
                    zip(sheet.row_types(at), sheet.row_values(at), strict=True)
                )
            ]
            while cells and cells[-1] is None:
                cells.pop()
            row = sheet.rowinfo_map.get(at)
            yield SparseRow(at + 1, cells, bool(row and row.hidden))

    def _cell(self, kind: int, value: Any) -> Cell:
        if kind == xlrd.XL_CELL_TEXT:
            return value or None
        if kind == xlrd.XL_CELL_NUMBER:
            return int(value) if value.is_integer() and abs(value) < 1e15 else finite(value)
        if kind == xlrd.XL_CELL_DATE:
            return moment(value, self._epoch)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(value, "#N/A")
        return None
