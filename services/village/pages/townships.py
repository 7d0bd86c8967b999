"""A township's month: what came, who is missing, the signature; and answers to the county."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from services.village import commands, queries
from services.village.pages.villages import list_table, spreadsheet
from services.village.rules import Reporter

router = APIRouter()


@router.get("/townships/{township}/{month}")
def township_month(
    township: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    queries.look(actor, township)
    found, names = queries.month_named(session, month), queries.names(session)
    return page(
        request,
        "township.html",
        township=queries.township(session, township),
        month=found,
        names=names,
        row=queries.reporter(session, found.month, Reporter.TOWNSHIP, township),
        villages=queries.reporters(session, found.month, Reporter.VILLAGE, township[:9]),
        unsigned=queries.unsigned_lists(session, found.month, township),
        missing=queries.villages_without_list(session, found.month, township),
        signatures=queries.signatures(session, found.month, township),
        urgent=[
            one
            for one in queries.urgent_unsigned(session, township[:9])
            if one.month == found.month
        ],
        findings=[
            one
            for one in queries.findings(session, found.month, township[:9])
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
    names = queries.names(session)
    missing = (
        f",未报村:{'、'.join(names[one] for one in signature.missing)}" if signature.missing else ""
    )
    return done(f"/village/townships/{township}/{month}", f"已签发报县{missing}。")


@router.get("/townships/{township}/{month}/list.xlsx")
def list_workbook(township: str, month: YearMonth, session: Transaction, actor: Who) -> Response:
    queries.look(actor, township)
    villages = sorted({one.village for one in queries.lists(session, month, township=township)})
    tables = [list_table(session, one, month) for one in villages or [township]]
    return spreadsheet(tables, f"{township}-{month}")


@router.get("/rechecks/{case}")
def recheck(case: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    found = queries.open_recheck(session, case)
    queries.look(actor, found.village)
    return page(
        request,
        "recheck.html",
        recheck=found,
        household=queries.household(session, found.household),
        names=queries.names(session),
        orders=queries.orders_of(session, case),
    )


@router.post("/rechecks/{case}/answer")
def answer_recheck(
    case: str,
    session: Transaction,
    actor: Who,
    today: Today,
    still_at_risk: Annotated[bool, Form()],
    note: Annotated[str, Form()] = "",
) -> Response:
    commands.answer_recheck(
        session, case, still_at_risk=still_at_risk, note=note, actor=actor, on=today
    )
    return done(f"/village/rechecks/{case}", "已答复县里。")
