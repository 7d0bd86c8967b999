"""The ledger (D8): filter, pages, print, workbook."""

from datetime import date

from fastapi import APIRouter, Request, Response

from kit.documents import XLSX, Table, workbook
from kit.web import Today, Transaction, Who, page, show_day
from schemas.codes import Level
from services.county.directory import queries as directory_queries
from services.county.ledger import queries
from services.county.ledger.commands import CATEGORIES
from services.county.ledger.queries import COLUMNS, PAGE, STATUS

router = APIRouter()


@router.get("/ledger")
def ledger(
    request: Request,
    session: Transaction,
    actor: Who,
    place: str = "",
    category: str = "",
    status: str = "",
    q: str = "",
    page_no: int = 1,
) -> Response:
    rows, total = queries.ledger(
        session,
        actor,
        place=place or None,
        category=category or None,
        status=status or None,
        q=q.strip() or None,
        page=max(1, page_no),
    )
    return page(
        request,
        "ledger.html",
        rows=[row.masked() for row in rows],
        columns=COLUMNS,
        total=total,
        page_no=max(1, page_no),
        pages=-(-total // PAGE) or 1,
        place=place,
        category=category,
        chosen=status,
        q=q,
        townships=directory_queries.divisions(session, Level.TOWNSHIP),
        villages=directory_queries.divisions(session, Level.VILLAGE),
        states=STATUS,
        categories=CATEGORIES,
    )


@router.get("/ledger/export")
def ledger_workbook(
    session: Transaction,
    actor: Who,
    today: Today,
    place: str = "",
    category: str = "",
    status: str = "",
    q: str = "",
) -> Response:
    """The whole filtered ledger as a workbook, ID numbers and telephones masked."""
    rows, total = queries.ledger(
        session,
        actor,
        place=place or None,
        category=category or None,
        status=status or None,
        q=q or None,
        page=None,
    )
    cells = [[_cell(row.masked()[name]) for name, _ in COLUMNS] for row in rows]
    table = Table(
        "监测台账",
        tuple(title for _, title in COLUMNS),
        cells,
        note=f"截至{show_day(today)},共{total}户",
    )
    return Response(
        workbook([table]),
        media_type=XLSX,
        headers={"content-disposition": f'attachment; filename="ledger-{today}.xlsx"'},
    )


def _cell(value: object) -> object:
    return "" if value is None else show_day(value) if isinstance(value, date) else value
