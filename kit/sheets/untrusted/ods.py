"""An .ods file (OpenDocument), with what tells an error, a hidden sheet or row and a merged area."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import repeat
from zipfile import ZipFile

from kit.sheets.cells import ROWS, Cell
from kit.sheets.untrusted.book import Merged, SheetInFile, SparseRow, finite
from kit.sheets.untrusted.xml import Attributes, local, make_parser, parse
from rulebook.epochs import EPOCH

CONTENT = "content.xml"
NUMBERS = ("float", "currency", "percentage")
RESULTS = {"value", "date-value", "time-value", "boolean-value", "string-value"}
CELLS = ("table-cell", "covered-table-cell")
ASIDE = ("dde-link", "tracked-changes")  # tables in them are no sheets
WIDEST = 16_384  # columns of any program: more are a mistake in the file


def sheets(book: ZipFile) -> Iterator[SheetInFile]:
    """In one pass: however many they are, each byte is parsed once."""
    tables = _Tables()
    with book.open(CONTENT) as part:
        for _ in parse(part, make_parser(tables.start, tables.end, tables.text)):
            yield from tables.ready
            tables.ready.clear()


class _Tables:
    """Handlers for the elements of the document; styles and the first day stand before the tables."""

    def __init__(self) -> None:
        self.ready: list[SheetInFile] = []  # those that have ended
        self._style, self._unseen, self._epoch = "", set[str](), EPOCH
        self._aside, self._depth = 0, 0  # how deep in what is no sheet, and in tables
        self._title, self._look = "", ""
        self._merged: list[Merged] = []
        self._rows: list[SparseRow] = []
        self._number, self._times, self._hidden = 1, 1, False
        self._cells: list[Cell] = []
        self._blank = 0  # cells without anything, behind those that have
        self._cell: Attributes = {}
        self._words: list[str] = []
        self._paragraph = 0  # a cell's text stands in paragraphs
        self._note = 0  # a comment on a cell is not in it

    @property
    def _here(self) -> bool:
        return self._depth == 1 and not self._aside

    def start(self, name: str, attributes: Attributes) -> None:
        name, said = local(name), {local(key): value for key, value in attributes.items()}
        if name == "table":
            self._depth += 1
            if self._here:
                self._begin(said)
        elif name in ASIDE:
            self._aside += 1
        elif not self._depth:
            self._learn(name, said)
        elif not self._here:
            return
        elif name == "table-row":
            self._times = int(said.get("number-rows-repeated", 1))
            self._hidden = said.get("visibility", "visible") != "visible"
            self._cells, self._blank = [], 0
        elif name in CELLS:
            # Of an error the standard's own type says only that it is a text.
            self._cell = said | {"error": attributes.get("calcext:value-type", "")}
            self._words = []
        elif name == "annotation":
            self._note += 1
        elif name == "p":
            self._paragraph += 1
            if self._words and not self._note:
                self._words.append("\n")
        elif name == "s" and not self._note:
            self._words.append(" " * min(int(said.get("c", 1)), 100))

    def _learn(self, name: str, said: Attributes) -> None:
        if name == "style":
            self._style = said.get("name", "")
        elif name == "table-properties" and said.get("display") == "false":
            self._unseen.add(self._style)
        elif name == "null-date":
            self._epoch = date.fromisoformat(said.get("date-value", str(EPOCH)))

    def _begin(self, said: Attributes) -> None:
        self._title, self._look = said.get("name", ""), said.get("style-name", "")
        self._merged, self._rows, self._number = [], [], 1

    def _ended(self) -> SheetInFile:
        hidden = self._look in self._unseen
        return SheetInFile(self._title, iter(self._rows), hidden, self._merged, self._epoch)

    def text(self, text: str) -> None:
        if self._here and self._paragraph and not self._note:
            self._words.append(text)

    def end(self, name: str) -> None:
        name = local(name)
        if name == "table":
            if self._here:
                self.ready.append(self._ended())
            self._depth -= 1
        elif name in ASIDE:
            self._aside -= 1
        elif not self._here:
            return
        elif name == "annotation":
            self._note -= 1
        elif name == "p":
            self._paragraph -= 1
        elif name in CELLS:
            self._put(None if name == CELLS[1] else self._value())
            self._words = []
        elif name == "table-row":
            if self._cells:
                for number in range(self._number, self._number + min(self._times, ROWS)):
                    self._rows.append(SparseRow(number, [*self._cells], self._hidden))
            self._number += self._times

    def _put(self, cell: Cell) -> None:
        times = min(int(self._cell.get("number-columns-repeated", 1)), WIDEST)
        if cell is None:
            self._blank += times
            return
        self._cells.extend(repeat(None, self._blank))
        down = int(self._cell.get("number-rows-spanned", 1))
        if down > 1:
            self._merged.append(Merged(self._number, self._number + down - 1, len(self._cells)))
        self._cells.extend(repeat(cell, times))
        self._blank = 0

    def _value(self) -> Cell:
        said, text = self._cell, "".join(self._words) or None
        kind = said.get("value-type")
        if said["error"] == "error":
            return text if text and text.startswith("#") else "#VALUE!"
        if "formula" in said and text is None and not (said.keys() & RESULTS or kind == "string"):
            return f"={said['formula'].rpartition(':=')[2]}"
        if kind in NUMBERS:
            value = float(said["value"])
            return int(value) if value.is_integer() and abs(value) < 1e15 else finite(value)
        if kind == "date":
            day = datetime.fromisoformat(said["date-value"])
            midnight = day.time() == datetime.min.time()
            return date(day.year, day.month, day.day) if midnight else day
        if kind == "boolean":
            return said["boolean-value"] == "true"
        return text
