"""What a sheet is: its rows, how it is recognised by its header row, and the answer row by row."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from kit.actor import Actor
from kit.errors import Refused
from kit.sheets.cells import Cell
from kit.sheets.lines import heading, rows_among
from rulebook.epochs import EPOCH
from schemas.codes import Role

HEADER_WITHIN = 15  # rows; above it stand titles, units, dates
MASTER = 4  # ranks up to this one are master data, the others somebody's reports
LAST = 9  # rank of what refers to all else
HEADING_ROWS = 3  # the national system's exports head a column in any of as many rows (A14)
# Cells of a report that is looked at as a whole, each in memory. A register is read row by row.
AS_A_WHOLE = 400_000
NAMED = 10_000  # refused cells that a report names
MORE = f"退回的太多，只列出前{NAMED}处；没有列出的行也没有导入，改正后重新导入会再列出。"
ID_NUMBER = "身份证号码"  # the column, in every form of the county's
NUMBERS = (ID_NUMBER, "证件号码")  # and as the national system calls it
HIDDEN = "这一行是隐藏的（或被筛选掉了），没有导入。要报请取消隐藏，不报请删去，再重新导入"


class Lines(Protocol):
    """A sheet to be read line by line: whole in memory (`RawSheet`), or from a file, page by page."""

    file: str
    title: str
    hidden_rows: list[int]  # numbers of rows that the office program does not show
    epoch: date  # the day that bare numbers of days count from

    def lines(self) -> Iterator[Sequence[Cell]]:
        """Every row from the sheet's first. It may be read again; two readings at a time would be
        in each other's way.
        """


class RawSheet(BaseModel):
    """One sheet as it stands in its file. `rows[0]` is the sheet's first row, `rows[r][c]` one
    cell.
    """

    model_config = ConfigDict(allow_inf_nan=False)  # no cell holds one

    file: str = Field(max_length=255)
    title: str = Field(max_length=255)
    rows: list[list[Cell]]
    hidden_rows: list[int] = []
    epoch: date = EPOCH

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
    # Nothing was taken yet: rows of it can be, as soon as their month is open.
    month_to_open: bool = False

    def refuse(self, cells: Sequence[RefusedCell]) -> None:
        """Name them, up to `NAMED` of the sheet: nobody reads a million."""
        room = NAMED - len(self.refused)
        self.refused += cells[:room]
        if len(cells) > room and MORE not in self.notes:
            self.notes.append(MORE)


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
    opens: bool = False  # whoever hands in will open the month for rows that can be taken


class Refusals(Exception):
    """One row cannot be taken, for these reasons: (column name or "", reason)."""

    def __init__(self, *reasons: tuple[str, str]) -> None:
        super().__init__("；".join(reason for _, reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class SheetForm:
    """A kind's form as it is handed out (F-33): what stands above the header, and the rows that are
    known already, each by its columns.
    """

    title: str
    note: str = ""
    rows: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True)
class FormAsked:
    """For whom and which month ("YYYY-MM") a form is filled in; `place`: whose, where it is not the
    actor's own.
    """

    actor: Actor
    month: str
    on: date
    place: str = ""


@dataclass(frozen=True)
class Months:
    """The months of the service that a kind of sheet reports to."""

    is_open: Callable[[Any, str], bool]  # (session, month)
    open: Callable[..., object]  # (session, month, *, on, actor)


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet a service owns. `header`: the columns that identify it, all required to be
    there; `optional`: further columns it understands; `also`: how others call them (`aliases`);
    `rank`: master data (0, 1, 2 …) go before what refers to them.

    `enough`: it is told by so many of its columns, whichever they are, so that one that lacks some is
    refused as what it is instead of taken as another.

    `roles`: who hands it in, and so gets its form: blank with the columns of `layout` (header and
    optional ones where it says none), or `filled` in with what is known of his own.
    """

    name: str
    title: str
    service: str
    rank: int
    header: tuple[str, ...]
    take: Callable[[Any, "Sheet", Handing], SheetReport]  # (session, sheet, how)
    optional: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: tuple[Role, ...] = ()
    layout: tuple[str, ...] = ()
    blank: SheetForm | None = None
    filled: Callable[[Any, FormAsked], SheetForm] | None = None  # (session, asked)
    masks: bool = False  # filled in it has people's numbers, none of them whole
    months: Months | None = None  # None: it is no report of a month
    enough: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return self.layout or (*self.header, *self.optional)

    @property
    def asks_purpose(self) -> bool:
        """Filled in it has many people's whole ID numbers."""
        return self.filled is not None and not self.masks and self.has_numbers

    @property
    def has_numbers(self) -> bool:
        return any(number in self.columns for number in NUMBERS)

    @property
    def known(self) -> set[str]:
        """All that its columns may be called."""
        return {*self.header, *self.optional, *chain.from_iterable(self.also.values())}

    def is_headed(self, names: Collection[str]) -> bool:
        """Whether these are the headings of such a sheet."""
        if self.enough:
            return len(self.known & set(names)) >= self.enough
        return all(
            name in names or any(other in names for other in self.also.get(name, ()))
            for name in self.header
        )

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

    def rows(self, cells: int = AS_A_WHOLE) -> list[Row]:
        """All of them, of a sheet of at most so many `cells`; of more, `Refused`."""
        most = cells // len(self.columns)
        rows = [*islice(self.stream(), most + 1)]
        if len(rows) > most:
            raise Refused(
                f"“{self.raw.title}”超过{most}行，没有导入：一张{self.kind.title}最多收这么多。"
                "请删去多余的行和列，或者拆成几张表、分几次导入。"
            )
        return rows

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
                    report.refuse(self.refuse(row, ("", HIDDEN)))
        return report


class Headings(NamedTuple):
    """What columns may be called: by so many rows `together`, the last of them at `last`."""

    together: int
    last: int
    names: dict[str, int]


def exported(name: str, title: str, service: str, header: Iterable[str]) -> SheetKind:
    """A list that leaves to be read: when it comes back it is known, and changes nothing (F-33)."""

    def take(session: Any, sheet: Sheet, how: Handing) -> SheetReport:
        rows = sum(1 for _ in sheet.stream())
        note = f"这是从本系统导出的{title}，供查看用，没有要导入的内容。"
        return sheet.report(unchanged=rows, notes=[note])

    columns = tuple(heading(column) for column in header)
    return SheetKind(name, title, service, LAST, columns, take)


def recognise(raw: Lines, kinds: Sequence[SheetKind]) -> Sheet | None:
    """The kind whose header row stands among the first rows; of several, the one with the most
    columns. Two or three rows that follow each other are a header where they head more columns; of a
    header whose cells reach over two rows, the second.
    """
    return _best(raw, _possible_headings(raw), kinds)


def recognised(raw: Lines, kinds: Sequence[SheetKind]) -> list[Sheet]:
    """Of each service that knows the sheet, its kind: an export of the national system holds what
    goes into the register and what goes into the ledger (A14).
    """
    services, possible = dict.fromkeys(kind.service for kind in kinds), _possible_headings(raw)
    sheets = (
        _best(raw, possible, [kind for kind in kinds if kind.service == service])
        for service in services
    )
    return [sheet for sheet in sheets if sheet]


def _possible_headings(raw: Lines) -> list[Headings]:
    first = list(islice(raw.lines(), HEADER_WITHIN))
    return [
        Headings(together, index, _headings(first[index - together + 1 : index + 1]))
        for together in range(1, HEADING_ROWS + 1)
        for index in range(together - 1, len(first))
    ]


def _best(raw: Lines, possible: Sequence[Headings], kinds: Sequence[SheetKind]) -> Sheet | None:
    best: tuple[int, int] = (0, 0)  # columns that identify the kind, and those it knows
    found: Sheet | None = None
    for together, index, names in possible:
        for kind in kinds:
            if kind.is_headed(names):
                score = len(kind.header), len(kind.known & names.keys())
                if score > best or (
                    found is not None
                    and (score, kind, index) == (best, found.kind, found.header_row + 1)
                    and together == 1
                ):
                    best, found = score, Sheet(raw, kind, index, names)
    return found


def _headings(rows: Sequence[Sequence[Cell]]) -> dict[str, int]:
    """What each column is called, by the lowest of these rows that says it; of two columns of one
    name the left one.
    """
    called: dict[int, str] = {}
    for row in reversed(rows):
        for at, cell in enumerate(row):
            if cell is not None and cell != "":
                called.setdefault(at, heading(cell))
    return {called[at]: at for at in sorted(called, reverse=True)}


def _shown(cell: Cell) -> str:
    """What stood in the cell, as far as a person needs it to find it."""
    text = "" if cell is None else str(cell)
    return text if len(text) <= 80 else f"{text[:80]}…（共{len(text)}字）"
