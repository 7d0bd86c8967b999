"""Workbooks as offices send them: reading, recognising a sheet by its header row, and the answer row by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from python_calamine import CalamineError, CalamineWorkbook

from kit.actor import Actor
from kit.errors import Refused

Cell = str | int | float | bool | datetime | date | None
HEADER_WITHIN = 15  # rows; above it stand titles, units, dates


class RawSheet(BaseModel):
    """One sheet as it stands in its file. `rows[0]` is the sheet's first row, `rows[r][c]` one cell."""

    file: str
    title: str
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Row:
    """One row below the header: `number` as the office program counts (from 1), cells by column name."""

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
    reporter: str | None = None  # whose draft it joined: a village, unit or team code, for a later submit
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
        super().__init__("; ".join(reason for _, reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet a service owns. `header`: the columns that identify it, all required to be there;
    `optional`: further columns it understands; `rank`: master data (0, 1, 2 …) go before what refers to them."""

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

    raw: RawSheet
    kind: SheetKind
    header_row: int  # index into raw.rows
    columns: Mapping[str, int]  # name -> index of the cell

    @property
    def above(self) -> list[str]:
        """Texts above the header: title, reporting unit, date."""
        return [str(cell) for row in self.raw.rows[: self.header_row] for cell in row if cell not in (None, "")]

    def rows(self) -> list[Row]:
        """Rows with anything in them; total rows and signature lines are left to `is_footer`."""
        found = []
        for index, cells in enumerate(self.raw.rows[self.header_row + 1 :], start=self.header_row + 2):
            named = {name: cells[at] if at < len(cells) else None for name, at in self.columns.items()}
            if any(cell not in (None, "") and str(cell).strip() for cell in cells) and not is_footer(cells):
                found.append(Row(index, named))
        return found

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


def read_workbook(path: Path, name: str | None = None) -> list[RawSheet]:
    """All visible sheets of an .xlsx, .xls or .ods file; `Refused` when it cannot be read."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(
            f"“{name or path.name}”打不开:不是 Excel/WPS 表格,或者已经损坏。请另存为 .xlsx 后重新上传。"
        ) from error
    return [
        RawSheet(file=name or path.name, title=title, rows=[[_cell(cell) for cell in row] for row in rows])
        for title, rows in sheets
    ]


def _cell(cell: object) -> Cell:
    return cell if isinstance(cell, str | int | float | date) and cell != "" else None


def recognise(raw: RawSheet, kinds: Sequence[SheetKind]) -> Sheet | None:
    """The kind whose header row stands among the first rows; of several, the one with the most columns."""
    best: tuple[int, Sheet] | None = None
    for index, cells in enumerate(raw.rows[:HEADER_WITHIN]):
        names = {heading(cell): at for at, cell in reversed(list(enumerate(cells))) if cell is not None}
        for kind in kinds:
            if all(name in names for name in kind.header) and (best is None or len(kind.header) > best[0]):
                best = (len(kind.header), Sheet(raw, kind, index, names))
    return best[1] if best else None


def heading(cell: Cell) -> str:
    """A header cell's name: spaces and line breaks gone, brackets of either width alike."""
    return "".join(str(cell).split()).replace("\uff08", "(").replace("\uff09", ")")


def is_footer(cells: Sequence[Cell]) -> bool:
    """Total rows and trailing signature lines are no data."""
    texts = ["".join(str(cell).split()) for cell in cells if cell not in (None, "")]
    if not texts:
        return True
    first = texts[0]
    return first.startswith(("合计", "总计", "小计", "共计")) or (
        len(texts) <= 3 and any(word in first for word in ("签字", "盖章", "填表人", "审核人", "负责人:", "负责人："))
    )


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)
