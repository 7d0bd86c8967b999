"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from services.unit.months import commands, documents, queries
from services.unit.months.forms import ExemptionForm
from services.unit.months.policy import policy

router = policy.router()


@router.get("/months/{month}")
def month_status(
    month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """Every unit's month: who has signed, who is late, how far the visits are."""
    opened = queries.month(session, month)
    return page(
        request,
        "month.html",
        month=opened,
        months=queries.months(session),
        statuses=queries.unit_statuses(session, month, actor=actor),
    )


@router.get("/months/{month}/units.xlsx")
def month_file(month: YearMonth, session: Transaction) -> Response:
    """All units' month as a workbook, for the county."""
    queries.month(session, month)
    return documents.month_workbook(session, month).answer()


@router.post("/exemptions")
def exempt(
    form: Annotated[ExemptionForm, Form()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    """Of the unit, or of one household."""
    if form.household:
        commands.exempt_household(
            session, form.household, form.month, reason=form.reason, actor=actor, on=today
        )
    else:
        commands.exempt_unit(
            session, form.unit or "", form.month, reason=form.reason, actor=actor, on=today
        )
    return done(f"/unit/units/{form.unit}?month={form.month}", "已登记免除和原因。")
