"""The ledger (D8): filter, pages, print, workbook."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.forms import fill
from kit.web import Today, Transaction, Who, page
from schemas.codes import Level
from services.county.directory import queries as directory_queries
from services.county.handover.queries import is_moved
from services.county.ledger import queries
from services.county.ledger.forms import CATEGORIES, LedgerFilter
from services.county.ledger.policy import policy
from services.county.ledger.views import LEDGER, NOT_NAMED

router = policy.router()


@router.get("/ledger")
def ledger(
    request: Request, asked: Annotated[LedgerFilter, Query()], session: Transaction, actor: Who
) -> Response:
    options: dict[str, dict[str, str]] = {
        "place": _places(session, queries.villages(session, actor)),
        "category": {category: category.label for category in CATEGORIES},
    }
    return page(
        request,
        "ledger.html",
        ledger=queries.page(session, actor, asked),
        moved=is_moved(session),
        composition=queries.composition(session, actor),
        filter=fill(request, LedgerFilter, "/county/ledger", asked, options=options),
    )


@router.get("/ledger/export", name="ledger")
def ledger_workbook(
    asked: Annotated[LedgerFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    """The whole filtered ledger as a workbook, ID numbers and telephones masked."""
    note = f"责任人“{NOT_NAMED}”的，用“主要负责人”表导入后就会列出"
    return LEDGER.export("监测台账", queries.every(session, actor, asked), on=today, note=note)


def _places(session: Session, seen: Collection[str]) -> dict[str, str]:
    """Each township with its villages below it, as far as they are seen."""
    villages = [
        village
        for village in directory_queries.divisions(session, Level.VILLAGE)
        if village.code in seen
    ]
    return {
        code: name
        for township in directory_queries.divisions(session, Level.TOWNSHIP)
        if any(village.parent == township.code for village in villages)
        for code, name in (
            (township.code, township.name),
            *(
                (village.code, f"　{village.name}")
                for village in villages
                if village.parent == township.code
            ),
        )
    }
