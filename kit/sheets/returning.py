"""Rows of our own workbooks that come back (F-33)."""

from collections.abc import Iterable, Sequence

from kit.documents import safe_cell
from kit.sheets.sheet import Row, heading
from rulebook import cells


def changed(
    rows: Sequence[Row], columns: Sequence[str], left: Iterable[Sequence[object]]
) -> list[Row]:
    """The rows that say something else than those that would leave now, with these columns."""
    same = {tuple(cells.text(safe_cell(value)) for value in line) for line in left}
    names = [heading(column) for column in columns]
    return [row for row in rows if tuple(cells.text(row[name]) for name in names) not in same]
