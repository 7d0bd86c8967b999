"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kit.forms import fill
from kit.lists import Asking
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import month_of
from services.unit.doors import since_of
from services.unit.findings import commands, documents, queries
from services.unit.findings.forms import CompletionForm, CompletionIn, ReasonForm
from services.unit.findings.policy import policy
from services.unit.findings.rules import OPEN, FindingState
from services.unit.findings.views import NOTICES
from services.unit.visits import queries as visits_queries

router = policy.router()


@router.get("/notices")
def notices(
    request: Request, asked: Annotated[Asking, Query()], session: Transaction, actor: Who
) -> HTMLResponse:
    """What helping units have reported to the county in the actor's place (B-38): nobody visits
    twice.
    """
    notices = NOTICES.page_of(queries.notices(session, actor), asked)
    return page(request, "notices.html", notices=notices)


@router.get("/notices.xlsx", name="notices")
def notices_file(session: Transaction, actor: Who, today: Today) -> Response:
    """All of them as a workbook."""
    title = "帮扶单位已报县的农户"
    return NOTICES.export(title, queries.notices(session, actor), on=today)


@router.get("/findings/{finding}")
def finding(finding: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    view = queries.finding_view(session, actor, finding)
    free = view.finding.struck_on is None
    return page(
        request,
        "finding.html",
        view=view,
        CompletionIn=CompletionIn,
        completion=fill(
            request,
            CompletionForm,
            f"/unit/findings/{finding}/completion",
            {"risk_point": view.finding.risk_point, "matter": view.finding.matter},
            without=["causes"],
        ),
        striking=fill(request, ReasonForm, f"/unit/findings/{finding}/strike-out"),
        open=free and view.state in OPEN,
        unsigned=free and view.state is not FindingState.SIGNED,
    )


@router.post("/findings/{finding}/completion")
def complete_finding(
    finding: str,
    form: Annotated[CompletionForm, Form()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    commands.complete_finding(
        session,
        finding,
        risk_point=form.risk_point,
        matter=form.matter,
        causes=form.causes,
        since=since_of(form.since, month_of(today)) if form.since else None,
        actor=actor,
        on=today,
    )
    return done(f"/unit/findings/{finding}", "已补充。")


@router.post("/findings/{finding}/strike-out")
def strike_out_finding(
    finding: str,
    form: Annotated[ReasonForm, Form()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    commands.strike_out_finding(session, finding, reason=form.reason, actor=actor, on=today)
    return done(f"/unit/findings/{finding}", "已划除，理由随名单上报。")


@router.get("/findings/{finding}/form")
def application_form(
    finding: str, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """申报表 (N-11): the finding with its visits, to be printed and signed."""
    view = queries.finding_view(session, actor, finding)
    row = view.finding
    visits = [
        visit
        for visit in visits_queries.visits_of(session, row.household, row.month)
        if visit.unit == row.unit
    ]
    return page(request, "form.html", view=view, visits=visits)


@router.get("/findings/{finding}/form.docx")
def application_file(finding: str, session: Transaction, actor: Who) -> Response:
    """申报表 as a file."""
    return documents.form_letter(session, actor, finding).answer()
