"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from services.village import scopes
from services.village.findings import queries as findings_queries
from services.village.lists import queries as lists_queries
from services.village.lists.documents import list_table, spreadsheet
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.register import queries as register_queries
from services.village.townships import commands, queries

router = APIRouter()


@router.get("/townships/{township}/{month}")
def township_month(
    township: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    scopes.look(actor, township)
    found, names = months_queries.month_named(session, month), register_queries.names(session)
    return page(
        request,
        "township.html",
        township=register_queries.township(session, township),
        month=found,
        names=names,
        row=months_queries.reporter(session, found.month, Reporter.TOWNSHIP, township),
        villages=months_queries.reporters(session, found.month, Reporter.VILLAGE, township[:9]),
        unsigned=queries.unsigned_lists(session, found.month, township),
        missing=lists_queries.villages_without_list(session, found.month, township),
        signatures=queries.signatures(session, found.month, township),
        urgent=[
            one
            for one in findings_queries.urgent_unsigned(session, township[:9])
            if one.month == found.month
        ],
        findings=[
            one
            for one in findings_queries.findings(session, found.month, township[:9])
            if one.supplement is not None
        ],
    )


@router.post("/signatures")
def sign_township(
    session: Transaction,
    actor: Who,
    today: Today,
    township: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
) -> Response:
    signature = commands.sign_township(session, township, month, actor=actor, on=today)
    names = register_queries.names(session)
    missing = (
        f",未报村:{'、'.join(names[one] for one in signature.missing)}" if signature.missing else ""
    )
    return done(f"/village/townships/{township}/{month}", f"已签发报县{missing}。")


@router.get("/townships/{township}/{month}/list.xlsx")
def list_workbook(township: str, month: YearMonth, session: Transaction, actor: Who) -> Response:
    scopes.look(actor, township)
    villages = sorted(
        {one.village for one in lists_queries.lists(session, month, township=township)}
    )
    tables = [list_table(session, one, month) for one in villages or [township]]
    return spreadsheet(tables, f"{township}-{month}")
