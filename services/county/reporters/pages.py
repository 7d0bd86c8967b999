"""A month's reporters as a page and as a workbook, and a team's exemption."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from services.county.cases import queries as cases_queries
from services.county.directory import queries as directory_queries
from services.county.months import queries as months_queries
from services.county.reporters import commands, queries
from services.county.reporters.forms import ExemptionForm
from services.county.reporters.lists import REPORTERS
from services.county.reporters.policy import policy

router = policy.router()


@router.get("/months/{month}")
def month(
    request: Request, month: YearMonth, session: Transaction, actor: Who, today: Today
) -> Response:
    """Every reporter's month by tier."""
    struck_out = cases_queries.struck_out(session, actor, month)
    return page(
        request,
        "month.html",
        month=month,
        months=months_queries.months(session),
        tiers=queries.month_status(session, month, actor, today),
        struck_out=struck_out,
        names=directory_queries.names(session, [row.village for row in struck_out]),
        exemption=fill(request, ExemptionForm, f"/county/months/{month}/exemptions"),
    )


@router.get("/months/{month}/export", name="month")
def month_workbook(month: YearMonth, session: Transaction, actor: Who, today: Today) -> Response:
    """The reporters' states as a workbook."""
    lines = [
        line for tier in queries.month_status(session, month, actor, today) for line in tier.lines
    ]
    return REPORTERS.export(f"{month}上报情况", lines, on=today)


@router.post("/months/{month}/exemptions")
def exempt_team(
    month: YearMonth,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ExemptionForm, FromPage()],
) -> Response:
    commands.exempt_team(session, form.team, month, reason=form.reason, actor=actor, on=today)
    return done(f"/county/months/{month}", "已登记免报。")
