"""How a search compares, the same everywhere: what somebody types is taken as it stands, `%`, `_` and
`\\` too (F-32), and a name is found whatever its dot (F-27).
"""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

from rulebook.names import ADDITION, plain_name


def has(column: Any, part: str) -> ColumnElement[bool]:
    """Whether the text holds the part, in small or large letters."""
    return column.icontains(part, autoescape=True)


def begins(column: Any, start: str) -> ColumnElement[bool]:
    """Whether the text, mostly a code, begins so."""
    return column.startswith(start, autoescape=True)


def plain(column: Any) -> ColumnElement[str]:
    """The name in the column as `plain_name` compares it."""
    usual = func.normalize(column, literal_column("NFKC"))
    return func.lower(func.regexp_replace(usual, ADDITION, "", "g"))


def name_has(column: Any, part: str) -> ColumnElement[bool]:
    """Whether the name holds the part, both compared alike; a part of dots alone finds nobody."""
    searched = plain_name(part)
    return has(plain(column), searched) if searched else column == part
