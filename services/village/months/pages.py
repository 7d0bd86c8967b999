"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from schemas.codes import Timeliness
from services.village import scopes
from services.village.months import commands, queries
from services.village.months.rules import Reporter
from services.village.register import queries as register_queries

router = APIRouter()


@router.get("/months/{month}")
def month_status(
    month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """Every reporter's state, and whom to call: with telephone numbers, ready to print."""
    scope, found = scopes.scope_of(actor), queries.month_named(session, month)
    rows = {
        kind: queries.reporters(
            session,
            found.month,
            kind,
            scope.prefix,
            scope.group if kind is Reporter.GROUP else None,
        )
        for kind in Reporter
    }
    counts = {
        kind: {state: sum(row.timeliness is state for row in of) for state in Timeliness}
        for kind, of in rows.items()
    }
    return page(
        request,
        "month.html",
        month=found,
        months=queries.months(session),
        rows=rows,
        counts=counts,
        kinds=list(Reporter),
        states=list(Timeliness),
        names=register_queries.names(session),
        leaders={one.place: one for one in register_queries.groups(session, scope.prefix)},
    )


@router.post("/exemptions")
def exempt_reporter(
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[YearMonth, Form()],
    kind: Annotated[Reporter, Form()],
    code: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    commands.exempt_reporter(session, month, kind, code, reason=reason, actor=actor, on=today)
    return done(f"/village/months/{month}", "已登记免报。")
