"""What the reader of one format gives: sheets, and of each the rows with anything in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import repeat
from math import isfinite, isinf
from typing import NamedTuple

from kit.errors import Refused
from kit.sheets.cells import COLUMNS, ROWS, Cell, column_name
from rulebook.epochs import EPOCH

SECONDS = 86_400  # of a day


class SparseRow(NamedTuple):
    """`number` counts from 1; `cells` begin at the first column and end with the last in use."""

    number: int
    cells: list[Cell]
    hidden: bool = False


class Merged(NamedTuple):
    """A merged area of several rows: its first and last, and its first column (from 0)."""

    top: int
    bottom: int
    column: int


@dataclass
class SheetInFile:
    """One sheet of a workbook. `rows` come once, in order; `hidden_rows`, `tall` and `wide` are known
    when they have all been read. `epoch`: the day that bare numbers of days count from.
    """

    title: str
    rows: Iterator[SparseRow]
    hidden: bool = False
    merged: Sequence[Merged] = ()
    epoch: date = EPOCH
    hidden_rows: list[int] = field(default_factory=list)
    tall: int = 0  # the last row and the last column with anything in it
    wide: int = 0

    def lines(self) -> Iterator[list[Cell]]:
        """Every row from the sheet's first to the last with anything in it; `Refused` when that is
        more than any of ours, with what there is.
        """
        above, last = _Above(self.merged), 0
        for number, cells, hidden in self.rows:
            if not cells:
                continue
            self.tall, self.wide = max(self.tall, number), max(self.wide, len(cells))
            if self.tall > ROWS or self.wide > COLUMNS:
                continue  # to its end, so that the refusal can name it
            above.fill(number, cells)
            if hidden:
                self.hidden_rows.append(number)
            yield from repeat([], number - last - 1)
            yield cells
            last = number
        if self.tall > ROWS or self.wide > COLUMNS:
            raise Refused(
                f"{self.extent}，最多能读{ROWS}行、{COLUMNS}列。请删去多余的行和列后重新上传。"
            )

    @property
    def extent(self) -> str:
        """How far it is written, as a refusal begins."""
        reach = f"第{self.tall}行、第{self.wide}列（{column_name(self.wide)}列）"
        return f"里的工作表“{self.title}”一直写到{reach}"


class _Above:
    """A merged cell counts for each row that it covers and that has something of its own (F-25)."""

    def __init__(self, merged: Sequence[Merged]) -> None:
        self._begin: dict[int, list[Merged]] = {}
        for area in merged:
            self._begin.setdefault(area.top, []).append(area)
        self._reach: dict[int, tuple[int, Cell]] = {}  # column -> the last row, what it says

    def fill(self, number: int, cells: list[Cell]) -> None:
        for column, (bottom, cell) in [*self._reach.items()]:
            if bottom < number:
                del self._reach[column]
                continue
            cells.extend(repeat(None, column + 1 - len(cells)))
            if cells[column] is None:
                cells[column] = cell
        for area in self._begin.pop(number, ()):
            if area.column < len(cells) and cells[area.column] is not None:
                self._reach[area.column] = area.bottom, cells[area.column]


def finite(number: float) -> Cell:
    """No program's cell holds another: what a file writes as one is an error (1e999, NaN)."""
    return number if isfinite(number) else "#NUM!"


def moment(serial: float, epoch: date = EPOCH) -> Cell:
    """What the number of a date cell means: a day, a moment, or a time of day as text (F-25)."""
    if not serial >= 0 or isinf(serial):
        return finite(serial)
    days, seconds = divmod(round(serial * SECONDS), SECONDS)
    if not days:
        return str(timedelta(seconds=seconds))
    if epoch == EPOCH and days <= 59:  # to the first of these programs 1900 was a leap year
        days += 1
    try:
        day = epoch + timedelta(days)
    except OverflowError:
        return serial
    return datetime.combine(day, time()) + timedelta(seconds=seconds) if seconds else day
