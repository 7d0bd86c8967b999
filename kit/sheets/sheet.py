"""What a sheet is: its rows, how it is recognised by its header row, and the answer row by row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import Any, Protocol

from pydantic import BaseModel, Field

from kit.actor import Actor
from kit.sheets.cells import Cell

HEADER_WITHIN = 15  # rows; above it stand titles, units, dates


class Lines(Protocol):
    """A sheet to be read line by line: whole in memory (`RawSheet`), or from a file, page by page."""

    file: str
    title: str

    def lines(self) -> Iterator[Sequence[Cell]]:
        """Every row from the sheet's first. It may be read again; two readings at a time would be
        in each other's way.
        """


class RawSheet(BaseModel):
    """One sheet as it stands in its file. `rows[0]` is the sheet's first row, `rows[r][c]` one
    cell.
    """

    file: str = Field(max_length=255)
    title: str = Field(max_length=255)
    rows: list[list[Cell]]

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
        """Rows with anything in them, as they come; total rows and signature lines are left out."""
        names, places = list(self.columns), list(self.columns.values())
        width, pick = (
            max(places) + 1,
            itemgetter(*places, places[0]),
        )  # two at least: then it gives a tuple
        lines = islice(self.raw.lines(), self.header_row + 1, None)
        for index, cells in enumerate(lines, start=self.header_row + 2):
            if not is_no_data(cells):
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
        return SheetReport(file=self.raw.file, title=self.raw.title, kind=self.kind.name, **fields)


def recognise(raw: Lines, kinds: Sequence[SheetKind]) -> Sheet | None:
    """The kind whose header row stands among the first rows; of several, the one with the most
    columns.
    """
    best: tuple[int, Sheet] | None = None
    for index, cells in enumerate(islice(raw.lines(), HEADER_WITHIN)):
        names = {
            heading(cell): at for at, cell in reversed(list(enumerate(cells))) if cell is not None
        }
        for kind in kinds:
            if all(name in names for name in kind.header) and (
                best is None or len(kind.header) > best[0]
            ):
                best = (len(kind.header), Sheet(raw, kind, index, names))
    return best[1] if best else None


def heading(cell: Cell) -> str:
    """A header cell's name: spaces and line breaks gone, brackets of either width alike."""
    return "".join(str(cell).split()).replace("(", "（").replace(")", "）")


def is_no_data(cells: Sequence[Cell]) -> bool:
    """Blank rows, total rows and trailing signature lines."""
    filled = [cell for cell in cells if cell is not None and cell != ""]
    if len(filled) > 3 and "计" not in (first := str(filled[0])) and not first.isspace():
        return False  # nearly every row of a long sheet
    filled = [cell for cell in filled if str(cell).strip()]
    if not filled:
        return True
    first = "".join(str(filled[0]).split())
    return first.startswith(("合计", "总计", "小计", "共计")) or (
        len(filled) <= 3
        and any(
            word in first for word in ("签字", "盖章", "填表人", "审核人", "负责人:", "负责人：")
        )
    )


def _shown(cell: Cell) -> str:
    """What stood in the cell, as far as a person needs it to find it."""
    text = "" if cell is None else str(cell)
    return text if len(text) <= 80 else f"{text[:80]}…（共{len(text)}字）"
