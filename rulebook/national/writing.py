"""Households as rows of the national system's export: three heading rows, a row a person, all text."""

from collections.abc import Iterable, Iterator

from rulebook.national.columns import COLUMNS, PARTS, TITLE
from rulebook.national.households import Household, Person

_PLACES = {
    person: [at for at, column in enumerate(COLUMNS) if column.person is person]
    for person in (False, True)
}


def headings(county: str, year: int) -> list[list[str]]:
    """The title, the parts, the columns' names."""
    title = [f"{county}{year}年{TITLE}", *[""] * (len(COLUMNS) - 1)]
    parts = [name if at == 0 else "" for name, part in PARTS.items() for at in range(len(part))]
    return [title, parts, [column.name for column in COLUMNS]]


def rows(households: Iterable[Household], *, county: str, year: int) -> Iterator[list[str]]:
    """The whole sheet; a household without a person has no row."""
    yield from headings(county, year)
    for household in households:
        line = [""] * len(COLUMNS)
        _write(household, line, person=False)
        for member in household.members:
            _write(member, line, person=True)
            yield list(line)


def _write(one: Household | Person, line: list[str], *, person: bool) -> None:
    causes = 0
    for at in _PLACES[person]:
        column = COLUMNS[at]
        value = getattr(one, column.field)
        if column.field == "causes":  # one a column, from the first
            value, causes = (value[causes] if causes < len(value) else None), causes + 1
        empty = value is None or value == column.kind.empty
        line[at] = "" if empty else column.kind.write(value)
