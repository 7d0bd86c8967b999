"""A list declared once: its columns, its order, its pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

from fastapi import Response
from sqlalchemy import func
from sqlmodel import Session, select

from kit import audit
from kit.dates import show_day, show_moment
from kit.documents import Table, sheets
from kit.lists.asking import Asking

T = TypeVar("T")
U = TypeVar("U")
SIZE = 50
SHEET_HOLDS = 1_000_000  # rows; an office program reads 1,048,576
Statement = Any  # what sqlmodel's select() gives, of one thing or of several


@dataclass(frozen=True)
class Column(Generic[T]):
    """`title` is what the page and the workbook call it: the first of the field's `columns` where a
    workbook comes back through a form. `value`: of a row (the attribute of that name); `sort`: what
    the database sorts by (True: by the value, for rows that are computed); `href`: where the cell
    leads; `fen`: an amount, shown in yuan; `own`: its texts are the program's own, and speak of the
    levels in the pack's words; `only`: "page" or "workbook".
    """

    name: str
    title: str
    value: Callable[[T], Any] | None = None
    sort: Any = None
    href: Callable[[T], str | None] | None = None
    fen: bool = False
    own: bool = False
    only: str = ""

    def of(self, row: T) -> Any:
        """The cell, as a workbook has it."""
        value = self.value(row) if self.value else attrgetter(self.name)(row)
        if self.fen and value is not None:
            return value / 100
        return "、".join(map(shown, value)) if isinstance(value, list | tuple | set) else value

    def shown(self, row: T) -> str:
        """The cell, as a page shows it."""
        value = self.of(row)
        return f"{value:,.2f}" if self.fen and value is not None else shown(value)


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return show_moment(value) if isinstance(value, datetime) else show_day(value)
    return str(getattr(value, "label", value))


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: `total` counts all its rows, of every page."""

    rows: Sequence[T]
    columns: Sequence[Column[Any]]
    asked: Asking
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.size) or 1

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return (self.page - 1) * self.size + 1

    @property
    def is_filtered(self) -> bool:
        return self.asked.query(page=1, sort=None) != Asking().query()

    def at(self, page: int) -> str:
        return self.asked.query(page=page)

    def sorted_by(self, column: Column[Any]) -> str:
        """Where the column's head leads: sorted by it, or the other way round."""
        return self.asked.query(
            page=1, sort=("-" if self.asked.sort == column.name else "") + column.name
        )

    def sorting(self, column: Column[Any]) -> str:
        """As aria-sort says it; "" for a column that the list is not sorted by."""
        sort = self.asked.sort or ""
        return (
            ""
            if sort.lstrip("-") != column.name
            else "descending"
            if sort[0] == "-"
            else "ascending"
        )

    def map(self, look: Callable[[Sequence[T]], Iterable[U]]) -> "Page[U]":
        """The same page of other rows, made from these all at once (names, counts, clocks)."""
        return replace(self, rows=list(look(self.rows)))  # type: ignore[arg-type, return-value]


@dataclass(frozen=True)
class Listing(Generic[T]):
    """`order`: how the list is sorted unless somebody asks otherwise; it must end with what is
    unique, or a row may stand on two pages and another on none. For rows that are computed, `order`
    is empty: they come in their order. `fixed`: columns that stay in sight in the workbook, where
    rows are numbered (序号) if `numbered`.
    """

    columns: Sequence[Column[T]]
    order: Sequence[Any] = ()
    size: int = SIZE
    fixed: int = 0
    numbered: bool = False

    @property
    def heads(self) -> list[str]:
        """The header row of its workbook."""
        heads = [column.title for column in self.columns if column.only != "page"]
        return ["序号", *heads] if self.numbered else heads

    def page(self, session: Session, statement: Statement, asked: Asking) -> Page[Any]:
        """The page that is asked for, the last one where there are fewer."""
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        page = self._empty(asked, session.exec(counted).one())
        start = (page.page - 1) * self.size
        rows = session.exec(self._sorted(statement, asked).limit(self.size).offset(start)).all()
        audit.listed(rows)
        return replace(page, rows=rows)

    def every(self, session: Session, statement: Statement, asked: Asking) -> Sequence[Any]:
        """All rows, in the order asked for."""
        rows = session.exec(self._sorted(statement, asked)).all()
        audit.listed(rows)
        return rows

    def page_of(self, rows: Sequence[T], asked: Asking) -> Page[T]:
        """The same of rows that are there already."""
        page = self._empty(asked, len(rows))
        start = (page.page - 1) * self.size
        return replace(page, rows=self.every_of(rows, asked)[start : start + self.size])

    def every_of(self, rows: Sequence[T], asked: Asking) -> Sequence[T]:
        column, falling = self._sort(asked)
        if column is None:
            return rows
        valued = [row for row in rows if column.of(row) is not None]
        return [
            *sorted(valued, key=column.of, reverse=falling),
            *(row for row in rows if column.of(row) is None),
        ]

    def export(self, title: str, rows: Sequence[T], *, on: date, note: str = "") -> Response:
        """All these rows (`every`, `every_of`) as a workbook to save."""
        columns = [column for column in self.columns if column.only != "page"]
        counted = f"截至{show_day(on)}，共{len(rows)}条{'；' + note if note else ''}"
        tables = [
            Table(
                title,
                self.heads,
                [
                    [*((number,) if self.numbered else ()), *(column.of(row) for column in columns)]
                    for number, row in enumerate(rows[start : start + SHEET_HOLDS], start + 1)
                ],
                counted,
                fixed=self.fixed,
            )
            for start in range(0, len(rows) or 1, SHEET_HOLDS)
        ]
        audit.counted(len(rows))
        return sheets(f"{title}{on:%Y%m%d}", tables).answer()

    def _empty(self, asked: Asking, total: int) -> Page[T]:
        columns = [column for column in self.columns if column.only != "workbook"]
        page = Page[T]((), columns, asked, 1, self.size, total)
        return replace(page, page=min(asked.page, page.pages))

    def _sort(self, asked: Asking) -> tuple[Column[T] | None, bool]:
        """The column to sort by; a name that is none counts as not asked for."""
        name = (asked.sort or "").lstrip("-")
        sortable = (
            column for column in self.columns if column.sort is not None and column.name == name
        )
        return next(sortable, None), (asked.sort or "").startswith("-")

    def _sorted(self, statement: Statement, asked: Asking) -> Statement:
        column, falling = self._sort(asked)
        if column is None:
            return statement.order_by(*self.order)
        chosen = column.sort.desc() if falling else column.sort.asc()
        return statement.order_by(chosen.nulls_last(), *self.order)
