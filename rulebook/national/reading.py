"""An export of the national system as households (A14), or why it is not taken.

A sheet that is the wrong one is refused whole (`NotOurs`). Of the right one, a household with a cell
that cannot be read is left out whole and named: half of a household would look like a change.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from rulebook.cells import Cell, Unclear, text
from rulebook.national.cells import plain
from rulebook.national.columns import BY_NAME, COLUMNS, TITLE, Column
from rulebook.national.households import Household, Person
from schemas.codes import Coded

HEADER_WITHIN = 15  # rows
HEADING_ROWS = 3
FEW = 3  # cells that a line below the table has at most, as in kit.sheets.lines
ENOUGH = 10  # known columns that make a row a heading
_YEAR = re.compile(r"(20\d\d)年")
Row = Sequence[Cell]


class NotOurs(ValueError):
    """The sheet as a whole is not taken; the text is Chinese and says why."""


@dataclass(frozen=True)
class Problem:
    """Why a household was left out: `row` counts from 1 as the office program does."""

    row: int
    column: str
    household: str
    reason: str

    def __str__(self) -> str:
        return f"第{self.row}行“{self.column}”：{self.reason}"


@dataclass(frozen=True)
class Export:
    """What a sheet says. `year` is None where no heading names one: a person confirms it."""

    year: int | None
    households: tuple[Household, ...]
    problems: tuple[Problem, ...] = ()
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By column, words of lists that no code knows: kept as they stand, judged by no check."""

    @property
    def unread(self) -> frozenset[str]:
        """Numbers of the households that were left out."""
        return frozenset(problem.household for problem in self.problems if problem.household)


def read(rows: Sequence[Row], *, county: str, year: int, title: str = "") -> Export:
    """The households of 监测对象信息. `county` is ours by name, `year` the one that is expected, `title`
    what the sheet or its file is called; `NotOurs` for another county, another year, a missing column.
    """
    at, places, named = _begun(rows, year, title)
    reader = _Reader(places, county)
    households = reader.households(rows, at + 1)
    if not households and not reader.problems:
        raise NotOurs("表头下面没有数据，请重新导出")
    unknown = {name: tuple(sorted(words)) for name, words in sorted(reader.unknown.items())}
    return Export(named, households, tuple(reader.problems), unknown)


def require_ours(rows: Sequence[Row], *, county: str, year: int, title: str = "") -> None:
    """`NotOurs` where `read` would raise it, for whoever takes some columns of the export only."""
    at, places, _ = _begun(rows, year, title)
    _Reader(places, county).require_ours(rows, at + 1)


def _begun(rows: Sequence[Row], year: int, title: str) -> tuple[int, dict[str, int], int | None]:
    """The heading's lowest row, where each column stands, and the year that is named."""
    at = _header_row(rows)
    places = _places(rows[: at + 1])
    named = _year_named([title, *(text(cell) for row in rows[:at] for cell in row)], year)
    if named not in (None, year):
        raise NotOurs(f"这是{named}年的导出，现在用的是{year}年的数据；请重新导出{year}年的表")
    return at, places, named


def heading(cell: Cell) -> str:
    """A header cell's name: spaces and line breaks gone, brackets of either width alike."""
    return "".join(text(cell).split()).replace("(", "（").replace(")", "）")


def _header_row(rows: Sequence[Row]) -> int:
    """The lowest of the heading rows: the first that, with those above it, names the most columns."""
    counts = [len(_names(rows[: at + 1])) for at in range(min(HEADER_WITHIN, len(rows)))]
    if max(counts, default=0) < ENOUGH:
        raise NotOurs(f"没有找到“{TITLE}”的表头，请检查是不是从全国系统导出的这张表")
    return counts.index(max(counts))


def _names(rows: Sequence[Row]) -> dict[str, int]:
    """The known columns that the last rows head, each by the lowest row that says something there."""
    called: dict[int, str] = {}
    for row in reversed(rows[-HEADING_ROWS:]):
        for at, cell in enumerate(row):
            if cell is not None and cell != "":
                called.setdefault(at, heading(cell))
    return {called[at]: at for at in sorted(called, reverse=True) if called[at] in BY_NAME}


def _places(rows: Sequence[Row]) -> dict[str, int]:
    """Where each column stands."""
    places = _names(rows)
    missing = [column.name for column in COLUMNS if column.needed and column.name not in places]
    if missing:
        names = "、".join(missing)
        raise NotOurs(f"缺少{len(missing)}列：{names}。请重新导出，不要删改列")
    heads = [heading(cell) for cell in rows[-1]]
    if twice := [name for name in places if heads.count(name) > 1]:
        raise NotOurs(f"有两列叫“{twice[0]}”，请重新导出，不要增加列")
    return places


def _year_named(texts: Iterable[str], expected: int) -> int | None:
    """The expected one among those named, as a day of printing may stand there too; else the latest."""
    years = {int(match) for text in texts for match in _YEAR.findall(text)}
    return expected if expected in years else max(years, default=None)


class _Reader:
    """Reads the rows below the heading; collects what cannot be read."""

    def __init__(self, places: dict[str, int], county: str) -> None:
        self.county = county
        self.columns = [
            (column, places[column.name]) for column in COLUMNS if column.name in places
        ]
        self.persons = [one for one in self.columns if one[0].person]
        self.common = [one for one in self.columns if not one[0].person]
        self.width = max(places.values()) + 1
        self.county_at, self.number_at = places["县"], places["户编号"]
        self.whole = itemgetter(*(at for _, at in self.common))
        self.problems: list[Problem] = []
        self.unknown: dict[str, set[str]] = defaultdict(set)

    def households(self, rows: Sequence[Row], first: int) -> tuple[Household, ...]:
        together: dict[str, list[tuple[int, Row]]] = {}
        for number, row in self._filled(rows, first):
            household = text(row[self.number_at]).upper()
            self._is_ours(number, row)
            if household:
                together.setdefault(household, []).append((number, row))
            else:
                self.problems.append(Problem(number, "户编号", "", "没有填写，请补填户编号"))
        made = (self._household(name, rows) for name, rows in together.items())
        return tuple(household for household in made if household)

    def require_ours(self, rows: Sequence[Row], first: int) -> None:
        """`NotOurs` for a row of another county."""
        for number, row in self._filled(rows, first):
            self._is_ours(number, row)

    def _filled(self, rows: Sequence[Row], first: int) -> Iterator[tuple[int, Row]]:
        """Rows of persons: a total, a signature, a day of printing below them has few cells."""
        for number, row in enumerate(rows[first:], first + 1):
            if sum(cell is not None and cell != "" for cell in row) > FEW:
                short = self.width - len(row)
                yield number, [*row, *[None] * short] if short > 0 else row

    def _is_ours(self, number: int, row: Row) -> None:
        named = text(row[self.county_at])
        if named != self.county:
            other = f"“{named}”" if named else "空的"
            raise NotOurs(f"第{number}行的县是{other}，这里是“{self.county}”，整张表没有导入")

    def _household(self, name: str, rows: list[tuple[int, Row]]) -> Household | None:
        before = len(self.problems)
        number, first = rows[0]
        common = self._values(name, number, first, self.common)
        for other, row in rows[1:]:
            self._same(name, number, first, other, row)
        members = [Person(**self._values(name, other, row, self.persons)) for other, row in rows]
        self._no_person_twice(name, rows, members)
        if len(self.problems) > before:
            return None
        return Household(**common | {"number": name, "members": tuple(members)})

    def _values(
        self, household: str, number: int, row: Row, columns: list[tuple[Column, int]]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column, at in columns:
            value = self._value(household, number, column, row[at])
            if column.field == "causes":
                values["causes"] = (*values.get("causes", ()), *([value] if value else ()))
            else:
                values[column.field] = value
        return values

    def _value(self, household: str, number: int, column: Column, cell: Cell) -> Any:
        kind = column.kind
        if cell is None or cell == "":
            return kind.empty
        try:
            written = plain(cell)
            value = kind.read(written) if written else kind.empty
        except Unclear as unclear:
            self.problems.append(Problem(number, column.name, household, str(unclear)))
            return kind.empty
        if kind.open_list:
            words = value if isinstance(value, tuple) else (value,)
            self.unknown_words(column, words)
        return value

    def unknown_words(self, column: Column, words: Iterable[Any]) -> None:
        for word in words:
            if word is not None and not isinstance(word, Coded):
                self.unknown[column.name].add(word)

    def _same(self, household: str, number: int, first: Row, other: int, row: Row) -> None:
        """What is said of the household is said alike in the row of each person."""
        if self.whole(first) == self.whole(row):
            return
        for column, at in self.common:
            if text(first[at]) != text(row[at]):
                reason = f"与本户第{number}行不一致，请核对后重新导出"
                self.problems.append(Problem(other, column.name, household, reason))

    def _no_person_twice(
        self, household: str, rows: list[tuple[int, Row]], members: list[Person]
    ) -> None:
        seen: dict[str, int] = {}
        for (number, _), person in zip(rows, members, strict=True):
            if person.certificate and person.key in seen:
                reason = f"与第{seen[person.key]}行是同一个人，请删去一行后重新导出"
                self.problems.append(Problem(number, "证件号码", household, reason))
            seen.setdefault(person.key, number)
