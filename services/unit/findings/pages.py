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
from services.unit.findings.forms import (
    Completion,
    CompletionForm,
    CompletionIn,
    ReasonForm,
    VerificationForm,
    WithdrawalForm,
)
from services.unit.findings.policy import policy
from services.unit.findings.rules import FindingState
from services.unit.findings.views import NOTICES, REPORTED
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


@router.get("/findings")
def findings(
    request: Request, asked: Annotated[Asking, Query()], session: Transaction, actor: Who
) -> HTMLResponse:
    """What the actor or his unit reported, of every month, with what became of it."""
    reported = REPORTED.page_of(queries.reported(session, actor), asked)
    return page(request, "findings.html", reported=reported)


@router.get("/findings.xlsx", name="findings")
def findings_file(session: Transaction, actor: Who, today: Today) -> Response:
    """All of them as a workbook."""
    return REPORTED.export("报过的风险情况", queries.reported(session, actor), on=today)


@router.get("/findings/{finding}")
def finding(
    finding: str, request: Request, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    view = queries.finding_view(session, actor, finding)
    row, address = view.finding, f"/unit/findings/{finding}"
    verified = {name: getattr(row, name) for name in VerificationForm.model_fields}
    return page(
        request,
        "finding.html",
        view=view,
        former=queries.former(session, finding),
        CompletionIn=CompletionIn,
        completion=fill(
            request,
            CompletionForm,
            f"{address}/completion",
            {name: getattr(row, name) for name in Completion.model_fields},
        ),
        verifying=fill(
            request,
            VerificationForm,
            f"{address}/verification",
            verified if row.verified_on else {"verified_on": today},
        ),
        withdrawing=fill(request, WithdrawalForm, f"{address}/withdrawal"),
        striking=fill(request, ReasonForm, f"{address}/strike-out"),
        open=row.is_open,
        unsigned=not (row.struck_on or row.withdrawn_on) and view.state is not FindingState.SIGNED,
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
        severity=form.severity,
        since=since_of(form.since, month_of(today)) if form.since else None,
        actor=actor,
        on=today,
    )
    return done(f"/unit/findings/{finding}", "已保存。")


@router.post("/findings/{finding}/verification")
def verify_finding(
    finding: str,
    form: Annotated[VerificationForm, Form()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    commands.verify_finding(session, finding, **dict(form), actor=actor, on=today)
    return done(f"/unit/findings/{finding}", "已登记调查核实。")


@router.post("/findings/{finding}/withdrawal")
def withdraw_finding(
    finding: str,
    form: Annotated[WithdrawalForm, Form()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    commands.withdraw_finding(session, finding, reason=form.reason, actor=actor, on=today)
    return done(f"/unit/findings/{finding}", "已撤回，不再上报；理由留在这里。")


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
    return page(
        request, "form.html", view=view, visits=visits, veil=documents.veil(actor, view.finding)
    )


@router.get("/findings/{finding}/form.docx")
def application_file(finding: str, session: Transaction, actor: Who) -> Response:
    """申报表 as a file."""
    return documents.form_letter(session, actor, finding).answer()
