"""What a sheet is: its rows, how it is recognised by its header row, and the answer row by row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import Any, Protocol

from pydantic import BaseModel

from kit.actor import Actor
from kit.sheets.cells import Cell
from kit.sheets.lines import heading, rows_among

HEADER_WITHIN = 15  # rows; above it stand titles, units, dates
MASTER = 4  # ranks up to this one are master data, the others somebody's reports
HIDDEN = "这一行是隐藏的（或被筛选掉了），没有导入。要报请取消隐藏，不报请删去，再重新导入"


class Lines(Protocol):
    """A sheet to be read line by line: whole in memory (`RawSheet`), or from a file, page by page."""

    file: str
    title: str
    hidden_rows: list[int]  # numbers of rows that the office program does not show

    def lines(self) -> Iterator[Sequence[Cell]]:
        """Every row from the sheet's first. It may be read again; two readings at a time would be
        in each other's way.
        """


class RawSheet(BaseModel):
    """One sheet as it stands in its file. `rows[0]` is the sheet's first row, `rows[r][c]` one
    cell.
    """

    file: str
    title: str
    rows: list[list[Cell]]
    hidden_rows: list[int] = []

    def lines(self) -> Iterator[Sequence[Cell]]:
        return iter(self.rows)


@dataclass(slots=True)
class Row:
    """One row below the header: `number` as the office program counts (from 1), cells by column
    name.
    """

    number: int
    cells: Mapping[str, Cell]

    def __getitem__(self, name: str) -> Cell:
        return self.cells.get(name)


class RefusedCell(BaseModel):
    """Why a row was not taken; `column` counts from 1, 0 means the whole row."""

    row: int
    column: int = 0
    name: str = ""
    value: str = ""
    reason: str


class SheetReport(BaseModel):
    """What became of one sheet."""

    file: str
    title: str
    kind: str
    taken: int = 0
    unchanged: int = 0
    refused: list[RefusedCell] = []
    notes: list[str] = []
    not_taken: bool = False  # the sheet as a whole; a note says why
    submitted: bool = False
    reporter: str | None = (
        None  # whose draft it joined: a village, unit or team code, for a later submit
    )
    month: str | None = None


@dataclass(frozen=True)
class Handing:
    """How a sheet is handed over."""

    actor: Actor
    on: date
    now: datetime
    month: str
    submit: bool = False
    send_without: bool = False  # "send without them": submit although rows were refused
    received_on: date | None = None  # 补录
    reason: str | None = None


class Refusals(Exception):
    """One row cannot be taken, for these reasons: (column name or "", reason)."""

    def __init__(self, *reasons: tuple[str, str]) -> None:
        super().__init__("；".join(reason for _, reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet a service owns. `header`: the columns that identify it, all required to be
    there; `optional`: further columns it understands; `rank`: master data (0, 1, 2 …) go before
    what refers to them.
    """

    name: str
    title: str
    service: str
    rank: int
    header: tuple[str, ...]
    take: Callable[[Any, "Sheet", Handing], SheetReport]  # (session, sheet, how)
    optional: tuple[str, ...] = ()

    @property
    def is_master(self) -> bool:
        return self.rank <= MASTER


@dataclass(frozen=True)
class Sheet:
    """A recognised sheet: what stood above the header, and the rows below it."""

    raw: Lines
    kind: SheetKind
    header_row: int  # index into the lines
    columns: Mapping[str, int]  # name -> index of the cell

    @property
    def above(self) -> list[str]:
        """Texts above the header: title, reporting unit, date."""
        lines = islice(self.raw.lines(), self.header_row)
        return [str(cell) for row in lines for cell in row if cell not in (None, "")]

    def stream(self) -> Iterator[Row]:
        """Its rows as they come, without those that an office program hides: of a report nobody
        can say whether they are meant (F-25).
        """
        hidden = frozenset(() if self.kind.is_master else self.raw.hidden_rows)
        return (row for row in self._stream() if row.number not in hidden)

    def _stream(self) -> Iterator[Row]:
        names, places = list(self.columns), list(self.columns.values())
        width, pick = (
            max(places) + 1,
            itemgetter(*places, places[0]),
        )  # two at least: then it gives a tuple
        lines = islice(self.raw.lines(), self.header_row, None)
        header = next(lines)
        for index, cells in rows_among(enumerate(lines, start=self.header_row + 2), header):
            whole = cells if len(cells) >= width else [*cells, *[None] * (width - len(cells))]
            yield Row(index, dict(zip(names, pick(whole), strict=False)))

    def rows(self) -> list[Row]:
        return list(self.stream())

    def refuse(self, row: Row, *reasons: tuple[str, str]) -> list[RefusedCell]:
        return [
            RefusedCell(
                row=row.number,
                column=self.columns[name] + 1 if name in self.columns else 0,
                name=name,
                value=_shown(row.cells.get(name)) if name else "",
                reason=reason,
            )
            for name, reason in reasons
        ]

    def report(self, **fields: Any) -> SheetReport:
        """To be filled; what is hidden is named already."""
        report = SheetReport(
            file=self.raw.file, title=self.raw.title, kind=self.kind.name, **fields
        )
        hidden = {number for number in self.raw.hidden_rows if number > self.header_row + 1}
        if hidden and self.kind.is_master:
            report.notes.append(f"有{len(hidden)}行是隐藏的（或被筛选掉了），一并导入。")
        elif hidden:
            for row in self._stream():
                if row.number in hidden:
                    report.refused += self.refuse(row, ("", HIDDEN))
        return report


def recognise(raw: Lines, kinds: Sequence[SheetKind]) -> Sheet | None:
    """The kind whose header row stands among the first rows; of several, the one with the most
    columns. Of a header whose cells reach over two rows, the second.
    """
    best: Sheet | None = None
    for index, cells in enumerate(islice(raw.lines(), HEADER_WITHIN)):
        names = {
            heading(cell): at for at, cell in reversed(list(enumerate(cells))) if cell is not None
        }
        for kind in kinds:
            if all(name in names for name in kind.header) and (
                best is None
                or len(kind.header) > len(best.kind.header)
                or (kind is best.kind and index == best.header_row + 1)
            ):
                best = Sheet(raw, kind, index, names)
    return best


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)
