"""The ledger that was handed over as a page and a sheet, and a row that nobody could place."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.casework.takeover import commands, queries
from services.casework.takeover.forms import SettleForm, TakeoverFilter
from services.casework.takeover.policy import policy
from services.casework.takeover.views import TAKEOVER

router = policy.router()


@router.get("/takeover")
def takeover(
    request: Request, asked: Annotated[TakeoverFilter, Query()], session: Transaction, actor: Who
) -> Response:
    found = TAKEOVER.page(session, queries.rows(actor, asked), asked)
    return page(
        request,
        "takeover.html",
        rows=found.map(lambda rows: queries.lines(session, rows)),
        counts=queries.counts(session, actor),
        waiting=queries.waiting(session, actor),
        filter=fill(request, TakeoverFilter, "/casework/takeover", asked),
    )


@router.get("/takeover.xlsx", name="takeover")
def workbook(
    asked: Annotated[TakeoverFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    rows = TAKEOVER.every(session, queries.rows(actor, asked), asked)
    return TAKEOVER.export("台账移交核对", queries.lines(session, rows), on=today)


@router.get("/takeover/{row}", name="settle_ledger_row")
def ledger_row(request: Request, row: str, session: Transaction, actor: Who) -> Response:
    """What the row says, and the households that it may be of."""
    stored = queries.one(session, actor, row, "settle_ledger_row")
    found = queries.candidates(session, stored)
    options = {
        "household": {
            household.id: f"{household.head_name}（{household.number or '无户编号'}，"
            f"{household.size}人）"
            for household in found
        }
    }
    return page(
        request,
        "takeover_row.html",
        row=stored,
        line=queries.lines(session, [stored])[0],
        form=fill(request, SettleForm, f"/casework/takeover/{row}", options=options),
    )


@router.post("/takeover/{row}")
def settle_ledger_row(
    row: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[SettleForm, FromPage()],
) -> Response:
    stored = commands.settle(session, row, form, actor=actor, on=today)
    return done("/casework/takeover?open=true", f"“{stored.head_name}”：{stored.match.label}。")
