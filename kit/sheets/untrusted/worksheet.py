"""The rows of one worksheet of an .xlsx file.

Nearly all rows of a register are written alike: one pattern finds the values of a whole row in a tenth
of the time of a parser that calls back for each element. A row that is written otherwise goes to the
parser: formulas, rich text, other spellings.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import IO, NamedTuple

from kit.errors import Refused
from kit.sheets.cells import Cell
from kit.sheets.untrusted.book import SparseRow, finite, moment
from kit.sheets.untrusted.xml import CHUNK, Attributes, local, make_parser, parse, refuse

TRUE = {"1", "true", "on"}
WORDS = 20_000  # remembered at most
LONGEST_ROW = 1 << 25  # bytes: 200 cells of as many characters as a cell may have
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(lt|gt|amp|quot|apos));")
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
NUMBER = re.compile(r'\sr="(\d+)"')
HIDDEN = re.compile(r"""\shidden=["'](?:1|true|on)["']""")
# A cell as nearly all are written: with nothing, with a value, or with its own text.
CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})\d+")?((?: s="(\d+)")?(?: t="(n|s|b|e|inlineStr)")?)'
    r"(?:( ?/>|></c>)|>(<v>|<is><t[^>/]*>)[^<]*</(?:v|t></is)></c>)"
)
VALUE = "<v>([^<]*)</v>"
TEXT = '<is><t(?: xml:space="preserve")?>([^<]*)</t></is>'
ELSEWHERE = "?"  # a formula whose words stand in another cell
SHAPES = 32  # of rows, remembered at most
NEW_SHAPES = 1_000  # of a sheet: making a pattern takes longer than parsing its row


class Shape(NamedTuple):
    """How the cells of a row are written: a pattern with a group for each that may say something,
    and of these column, kind and style.
    """

    pattern: re.Pattern[str]
    cells: list[tuple[int, str | None, str]]


class Worksheet:
    """`texts`: the workbook's, as its cells count them; `dates`: of each style, whether its numbers
    are days; `uncalculated`: a formula's 0 stands for no result.
    """

    def __init__(
        self, texts: list[str | None], dates: list[bool], epoch: date, uncalculated: bool
    ) -> None:
        self._texts, self._dates, self._epoch = texts, dates, epoch
        self._uncalculated = uncalculated
        self._shapes: list[Shape] = []  # the one used last stands first
        self._new_shapes = NEW_SHAPES  # that may still be made
        self._known: dict[str, str | None] = {}  # texts as they stand in the file -> what they say
        self._number = 0  # of the row before

    def rows(self, part: IO[bytes]) -> Iterator[SparseRow]:
        with part:
            held = part.read(CHUNK)
            if b"<!DOCTYPE" in held:
                refuse()
            if b"<sheetData" not in held or held.startswith((b"\xff\xfe", b"\xfe\xff")):
                yield from self._parsed(_Again(held, part))
                return
            while chunk := part.read(CHUNK):
                whole, row, begun = (held + chunk).rpartition(b"<row")
                held = row + begun
                if len(held) > LONGEST_ROW:
                    raise Refused("里有一行的内容太多。请删去多余的内容，再重新上传。")
                if whole:
                    yield from self._found(whole.decode())
            yield from self._found(held.decode())

    def _found(self, text: str) -> Iterator[SparseRow]:
        for piece in text.split("<row")[1:]:
            said, _, body = piece.partition(">")
            if said and not said[0].isspace() and said[0] != "/":
                continue  # <rowBreaks>
            number = NUMBER.search(said)
            before, self._number = (
                self._number,
                max(int(number[1]) if number else 0, self._number + 1),
            )
            if said.endswith("/"):
                continue
            body = body.partition("</row>")[0]
            cells = self._quick(body)
            if cells is not None:
                yield SparseRow(self._number, cells, HIDDEN.search(said) is not None)
                continue
            self._number = before  # the parser counts it again
            row = f"<sheetData><row{said}>{body}</row></sheetData>"
            yield from self._parsed(_Again(row.encode(), None))

    def _quick(self, body: str) -> list[Cell] | None:
        """The row's cells; None where one is written otherwise than nearly all."""
        found = self._shape(body)
        if found is None:
            return None
        cells, texts, known = list[Cell](), self._texts, self._known
        (_, places), match = found
        for (at, kind, style), value in zip(places, match.groups(), strict=True):
            if not value:
                continue
            if kind == "s":
                cell: Cell = texts[int(value)]
            elif kind != "inlineStr":
                cell = self.value_of(kind, style, value, None)
            elif "&" not in value and "_x" not in value:
                cell = value
            else:
                cell = known[value] if value in known else self._plain(value)
            if at == len(cells) and cell is not None:
                cells.append(cell)
            elif cell is not None:
                put(cells, at, cell)
        return cells

    def _shape(self, body: str) -> tuple[Shape, re.Match[str]] | None:
        """That of the row; mostly that of the row before."""
        for number, shape in enumerate(self._shapes):
            if match := shape.pattern.fullmatch(body):
                if number:
                    self._shapes.insert(0, self._shapes.pop(number))
                return shape, match
        if not self._new_shapes:
            return None
        self._new_shapes -= 1
        new = shape_of(body)
        match = new and new.pattern.fullmatch(body)
        if not new or not match:
            return None
        self._shapes.insert(0, new)
        del self._shapes[SHAPES:]
        return new, match

    def _plain(self, written: str) -> str | None:
        text = escaped(ENTITY.sub(_character, written)) or None
        if len(self._known) < WORDS:
            self._known[written] = text
        return text

    def _quantity(self, value: str, style: str) -> Cell:
        if style and int(style) < len(self._dates) and self._dates[int(style)]:
            return moment(float(value), self._epoch)
        return int(value) if len(value) < 16 and value.isdecimal() else finite(float(value))

    def _has_no_result(self, kind: str | None, value: str | None) -> bool:
        if not value:
            return value is None or kind != "str"
        return self._uncalculated and value == "0" and kind in (None, "n")

    def _parsed(self, part: "_Again") -> Iterator[SparseRow]:
        handlers = _Handlers(self, self._number)
        parser = make_parser(handlers.start, handlers.end, handlers.words.append)
        for _ in parse(part, parser):
            for row in handlers.ready:
                self._number = row.number
                yield row
            handlers.ready.clear()

    def value_of(
        self, kind: str | None, style: str, value: str | None, formula: str | None
    ) -> Cell:
        """What a cell says with its `<v>`, None where it has none. An error says its name; a formula
        that was never calculated its text, but an empty `t="str"` is one whose result is no text.
        """
        if formula is not None and self._has_no_result(kind, value):
            return f"={formula or ELSEWHERE}"
        if not value:
            return None
        if kind == "s":
            return self._texts[int(value)]
        if kind is None or kind == "n":
            return self._quantity(value, style)
        if kind == "b":
            return value in TRUE
        return escaped(value) or None  # a formula's text, an error's name, a day in ISO 8601


class _Again:
    """What was read already, and the rest of the file."""

    def __init__(self, held: bytes, rest: IO[bytes] | None) -> None:
        self._held, self._rest = held, rest

    def read(self, size: int) -> bytes:
        held, self._held = self._held, b""
        return held or (self._rest.read(size) if self._rest else b"")


class _Handlers:
    """For the elements of rows."""

    def __init__(self, sheet: Worksheet, number: int) -> None:
        self.ready: list[SparseRow] = []
        self.words: list[str] = []
        self._sheet, self._number, self._hidden = sheet, number, False
        self._cells = list[Cell]()
        self._at, self._phonetic = -1, False
        self._kind: str | None = None
        self._style = ""
        self._inline = list[str]()
        self._value: str | None = None
        self._formula: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        name = local(name)
        if name == "c":
            self._kind, self._style = attributes.get("t"), attributes.get("s", "")
            self._value, self._inline, self._formula = None, [], None
            letters = attributes.get("r", "").rstrip("0123456789")
            self._at = column_at(letters) if letters else self._at + 1
        elif name in ("v", "f", "t"):
            self.words.clear()
        elif name == "row":
            self._number = max(int(attributes.get("r", 0)), self._number + 1)
            self._hidden = attributes.get("hidden") in TRUE
            self._cells, self._at = [], -1
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        name = local(name)
        if name in ("v", "f", "t"):
            self._said(name, "".join(self.words))
            self.words.clear()
        elif name == "rPh":
            self._phonetic = False
        elif name == "row":
            self.ready.append(SparseRow(self._number, self._cells, self._hidden))
        elif name == "c":
            if self._kind == "inlineStr":
                cell: Cell = escaped("".join(self._inline)) or None
            else:
                cell = self._sheet.value_of(self._kind, self._style, self._value, self._formula)
            if cell is not None:
                put(self._cells, self._at, cell)

    def _said(self, name: str, text: str) -> None:
        if name == "v":
            self._value = text
        elif name == "f":
            self._formula = text
        elif not self._phonetic:
            self._inline.append(text)


def shape_of(body: str) -> Shape | None:
    """How a row is written; None where it is another way."""
    pattern, cells, at, end = list[str](), list[tuple[int, str | None, str]](), -1, 0
    for match in CELL.finditer(body):
        if match.start() != end:
            return None
        letters, said, style, kind, blank, opening = match.groups()
        at, end = column_at(letters) if letters else at + 1, match.end()
        place = rf' r="{letters}\d+"' if letters else ""
        if blank:
            pattern.append(f"<c{place}{said}{blank}")
        elif (opening == "<v>") != (kind == "inlineStr"):
            pattern.append(f"<c{place}{said}>{VALUE if opening == '<v>' else TEXT}</c>")
            cells.append((at, kind, style or ""))
        else:
            return None
    return Shape(re.compile("".join(pattern)), cells) if end == len(body) else None


def put(cells: list[Cell], at: int, cell: Cell) -> None:
    missing = at - len(cells)
    if missing < 0:
        cells[at] = cell
        return
    if missing:
        cells.extend([None] * missing)
    cells.append(cell)


def column_at(letters: str) -> int:
    """A is 0."""
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def escaped(text: str) -> str:
    """A text without what Excel writes for characters that XML does not have."""
    if "_x" in text:
        return ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    return text


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name:
        return ENTITIES[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))
