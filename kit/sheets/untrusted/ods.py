"""An .ods file (OpenDocument), with what tells an error, a hidden sheet or row and a merged area."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import repeat
from typing import IO
from zipfile import ZipFile

from kit.sheets.cells import ROWS, Cell
from kit.sheets.untrusted.book import Merged, SheetInFile, SparseRow
from kit.sheets.untrusted.xml import Attributes, elements, local, make_parser, parse
from rulebook.epochs import EPOCH

CONTENT = "content.xml"
NUMBERS = ("float", "currency", "percentage")
RESULTS = {"value", "date-value", "time-value", "boolean-value", "string-value"}
CELLS = ("table-cell", "covered-table-cell")
WIDEST = 16_384  # columns of any program: more are a mistake in the file


def sheets(book: ZipFile) -> Iterator[SheetInFile]:
    """Once for the names, then once a sheet: one sheet at a time is in memory."""
    tables, unseen, style, epoch = list[tuple[str, str]](), set[str](), "", EPOCH
    for parent, name, attributes in elements(book.open(CONTENT)):
        if name == "style":
            style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            unseen.add(style)
        elif name == "null-date":
            epoch = date.fromisoformat(attributes.get("date-value", str(EPOCH)))
        elif name == "table" and parent == "spreadsheet":
            tables.append((attributes.get("name", ""), attributes.get("style-name", "")))
    for at, (title, look) in enumerate(tables):
        reader = _Rows(at)
        rows = list(reader.rows(book.open(CONTENT)))
        yield SheetInFile(title, iter(rows), look in unseen, reader.merged, epoch)


class _Rows:
    """Handlers for the elements of one table of the document."""

    def __init__(self, table: int) -> None:
        self.merged: list[Merged] = []
        self._table, self._count, self._depth = table, -1, 0
        self._ready: list[SparseRow] = []
        self._number, self._times, self._hidden = 1, 1, False
        self._cells: list[Cell] = []
        self._blank = 0  # cells without anything, behind those that have
        self._cell: Attributes = {}
        self._words: list[str] = []
        self._paragraph = 0  # a cell's text stands in paragraphs
        self._note = 0  # a comment on a cell is not in it

    def rows(self, part: IO[bytes]) -> Iterator[SparseRow]:
        with part:
            for _ in parse(part, make_parser(self._start, self._end, self._text)):
                yield from self._ready
                self._ready.clear()

    @property
    def _here(self) -> bool:
        return self._count == self._table and self._depth == 1

    def _start(self, name: str, attributes: Attributes) -> None:
        name, said = local(name), {local(key): value for key, value in attributes.items()}
        if name == "table":
            self._depth += 1
            self._count += self._depth == 1
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

    def _text(self, text: str) -> None:
        if self._here and self._paragraph and not self._note:
            self._words.append(text)

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "table":
            self._depth -= 1
        elif not self._here:
            return
        elif name == "annotation":
            self._note -= 1
        elif name == "p":
            self._paragraph -= 1
        elif name in CELLS:
            self._put(None if name == CELLS[1] else self._value())
        elif name == "table-row":
            if self._cells:
                for number in range(self._number, self._number + min(self._times, ROWS)):
                    self._ready.append(SparseRow(number, [*self._cells], self._hidden))
            self._number += self._times

    def _put(self, cell: Cell) -> None:
        times = min(int(self._cell.get("number-columns-repeated", 1)), WIDEST)
        if cell is None:
            self._blank += times
            return
        self._cells.extend(repeat(None, self._blank))
        down = int(self._cell.get("number-rows-spanned", 1))
        if down > 1:
            self.merged.append(Merged(self._number, self._number + down - 1, len(self._cells)))
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
            return int(value) if value.is_integer() and abs(value) < 1e15 else value
        if kind == "date":
            day = datetime.fromisoformat(said["date-value"])
            midnight = day.time() == datetime.min.time()
            return date(day.year, day.month, day.day) if midnight else day
        if kind == "boolean":
            return said["boolean-value"] == "true"
        return text
