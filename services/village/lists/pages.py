"""Pages: translate, and own the transaction."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit.errors import Refused
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import Day, YearMonth
from services.village import scopes
from services.village.findings import queries as findings_queries
from services.village.lists import commands, queries
from services.village.lists.documents import COLUMNS, line, list_table, spreadsheet
from services.village.months import queries as months_queries
from services.village.months import rules as months_rules
from services.village.months.rules import Reporter
from services.village.outcomes import queries as outcomes_queries
from services.village.register import queries as register_queries
from services.village.scopes import Scope

router = APIRouter()


@router.get("/villages/{village}/{month}")
def village_month(
    village: str, month: YearMonth, request: Request, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    scopes.look(actor, village)
    return page(
        request,
        "village.html",
        **_month(session, village, month),
        sources=register_queries.source_names(session),
        groups={one.code: one for one in register_queries.groups(session, village)},
        reporters=months_queries.reporters(session, month, Reporter.GROUP, village),
        notices=outcomes_queries.notices(session, Scope(village), month),
    )


@router.get("/villages/{village}/{month}/print")
def print_list(
    village: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    scopes.look(actor, village)
    return page(request, "list.html", **_month(session, village, month), columns=COLUMNS)


@router.get("/villages/{village}/{month}/list.xlsx")
def list_workbook(village: str, month: YearMonth, session: Transaction, actor: Who) -> Response:
    scopes.look(actor, village)
    return spreadsheet([list_table(session, village, month)], f"{village}-{month}")


@router.post("/lists")
def submit_list(
    session: Transaction,
    actor: Who,
    today: Today,
    village: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
    nil: Annotated[bool, Form()] = False,
    received_on: Annotated[Day | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
    written_on: Annotated[Day | None, Form()] = None,
) -> Response:
    try:
        receipt = months_rules.receipt(today, received_on, reason, written_on)
    except ValueError as error:
        raise Refused(str(error)) from error
    sent = commands.submit_list(
        session, village, month, nil=nil, actor=actor, on=today, receipt=receipt
    )
    return done(
        f"/village/villages/{village}/{month}", f"已上报乡镇{'(迟报)' if sent.late else ''}。"
    )


def _month(session: Session, village: str, month: str) -> dict[str, Any]:
    found = months_queries.month_named(session, month)
    findings = findings_queries.findings(session, found.month, village)
    return {
        "village": register_queries.village(session, village),
        "month": found,
        "names": register_queries.names(session),
        "row": months_queries.reporter(session, found.month, Reporter.VILLAGE, village),
        "findings": findings,
        "lists": queries.lists(session, found.month, village=village),
        "unsent": [one for one in findings if one.supplement is None],
        "waiting": findings_queries.to_review(session, found.month, village),
        "lines": [line(session, number, one) for number, one in enumerate(findings, 1)],
    }
