"""A workbook once more, with what was refused marked in it."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from kit.sheets.cells import UNPRINTABLE, harmless
from kit.sheets.untrusted.rows import sheets

WRONG = PatternFill("solid", fgColor="FBD9D6")


class Mark(NamedTuple):
    """Row and column count from 1; column 0 is the whole row."""

    row: int
    column: int
    words: str


Marks = Mapping[str, Sequence[Mark]]  # by sheet title


def marked(path: str, refused: Mapping[str, Sequence[Sequence[Any]]]) -> Iterator[bytes]:
    """The file as .xlsx: each place in `refused` (sheet title -> row, column, words) is coloured
    and has a comment that says why.
    """
    marks = {title: [Mark(*place) for place in places] for title, places in refused.items()}
    try:
        book = _whole(path, marks)
    except Exception:  # of another format, what openpyxl does not understand or has no memory for
        book = _values_alone(path, marks)
    out = BytesIO()
    book.save(out)
    yield out.getvalue()


def _whole(path: str, marks: Marks) -> Workbook:
    book = load_workbook(path)
    for sheet in book.worksheets:
        for mark in marks.get(sheet.title, ()):
            columns = [mark.column] if mark.column else range(1, sheet.max_column + 1)
            _mark([_anchor(sheet, sheet.cell(mark.row, column)) for column in columns], mark.words)
    return book


def _anchor(sheet: Worksheet, cell: Cell | MergedCell) -> Cell:
    """A merged cell can carry nothing: its area's first cell does."""
    if isinstance(cell, Cell):
        return cell
    area = next(merged for merged in sheet.merged_cells.ranges if cell.coordinate in merged)
    return sheet.cell(area.min_row, area.min_col)


def _values_alone(path: str, marks: Marks) -> Workbook:
    """Row by row, so that a sheet may have any length."""
    book = Workbook(write_only=True)
    for raw in sheets(path):
        sheet = book.create_sheet(raw.title)
        sheet.sheet_state = "hidden" if raw.hidden else "visible"
        places: dict[int, list[Mark]] = {}
        for mark in marks.get(raw.title, ()):
            places.setdefault(mark.row, []).append(mark)
        for number, values in enumerate(raw.lines(), start=1):
            shown = [_shown(value) for value in values]
            if number not in places:
                sheet.append(shown)
                continue
            cells = [WriteOnlyCell(sheet, value) for value in shown]
            for mark in places[number]:
                _mark([cells[mark.column - 1]] if mark.column else cells, mark.words)
            sheet.append(cells)
    return book


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return harmless(value) if isinstance(value, str) else value


def _mark(cells: Sequence[Cell], words: str) -> None:
    """Colour them; the first says why, beside what it says already."""
    for cell in cells:
        cell.fill = WRONG
    before = f"{cells[0].comment.text}\n" if cells[0].comment else ""
    if words not in before:
        cells[0].comment = Comment(
            UNPRINTABLE.sub("", before + words), "守底", height=90, width=260
        )
