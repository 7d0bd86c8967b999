"""The month's page: who has reported, and whom to call."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from schemas.codes import Timeliness
from services.village import directory
from services.village.months import commands, queries
from services.village.months.forms import ReporterExemptionForm
from services.village.months.policy import policy
from services.village.months.rules import Reporter
from services.village.register import queries as register_queries

router = policy.router()


@router.get("/months/{month}")
def month_status(
    month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """Every reporter's state, and whom to call: with telephone numbers, ready to print."""
    opened, seen = queries.month_named(session, month), queries.seen_by(actor)
    within = actor.scope.prefix or actor.scope.code[:12]  # of a group: its village
    rows = {kind: queries.reporters(session, opened.month, kind, visible=seen) for kind in Reporter}
    counts = {kind: queries.reported(reporters) for kind, reporters in rows.items()}
    return page(
        request,
        "month.html",
        month=opened,
        months=queries.months(session),
        rows=rows,
        counts=counts,
        kinds=list(Reporter),
        states=list(Timeliness),
        names=directory.names(session),
        leaders={group.place: group for group in register_queries.groups(session, within)},
    )


@router.post("/exemptions")
def exempt_reporter(
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ReporterExemptionForm, FromPage()],
) -> Response:
    commands.exempt_reporter(
        session, form.month, form.kind, form.code, reason=form.reason, actor=actor, on=today
    )
    return done(f"/village/months/{form.month}", "已登记免报。")
