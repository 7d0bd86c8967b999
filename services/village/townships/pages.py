"""A township's month: what its villages sent, and the head's signature."""

from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit import behalf
from kit.documents import sheets
from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.findings.rules import Step
from services.village.lists import queries as lists_queries
from services.village.lists.documents import SENTENCES, list_table, veil
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.register import queries as register_queries
from services.village.townships import commands, queries
from services.village.townships.documents import roster, villages_in_words
from services.village.townships.forms import SignatureForm
from services.village.townships.policy import policy

router = policy.router()


@router.get("/townships/{township}/{month}")
def township_month(
    township: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    division = register_queries.township(session, township)
    policy.require(actor, "township_month", division)
    opened = months_queries.month_named(session, month)
    row = months_queries.reporter(session, opened.month, Reporter.TOWNSHIP, township)
    before = _before_signing(session, opened.month, township)
    findings = [
        finding
        for finding in findings_queries.findings(session, opened.month, township[:9])
        if finding.supplement is not None
    ]
    return page(
        request,
        "township.html",
        township=division,
        month=opened,
        names=directory.names(session),
        row=row,
        reported=villages_in_words(session, township, opened.month),
        villages=months_queries.reporters(session, opened.month, Reporter.VILLAGE, township[:9]),
        signatures=queries.signatures(session, opened.month, township),
        urgent=[
            finding
            for finding in findings_queries.urgent_unsigned(session, township[:9])
            if finding.month == opened.month
        ],
        findings=findings,
        places=findings_queries.by_place(findings),
        form=fill(
            request,
            SignatureForm,
            "/village/signatures",
            {"township": township, "month": opened.month},
            needed=["missing_reason"] if before["missing"] and not row.reported else [],
        ),
        **before,
    )


def _before_signing(session: Session, month: str, township: str) -> dict[str, Any]:
    """What the head looks at before the signature (F-12)."""
    unsigned = queries.unsigned_lists(session, month, township)
    rechecks = findings_queries.waiting(session, township[:9], Step.RECHECK)
    return {
        "unsigned": unsigned,
        "objections": behalf.unsettled(session, township[:9]),
        "urgent_sent": queries.urgent_in(session, unsigned),
        "unchecked": [finding for finding in rechecks if finding.month == month],
        "missing": lists_queries.villages_without_list(session, month, township),
    }


@router.post("/signatures")
def sign_township(
    session: Transaction, actor: Who, today: Today, form: Annotated[SignatureForm, FromPage()]
) -> Response:
    signature = commands.sign_township(
        session,
        form.township,
        form.month,
        actor=actor,
        on=today,
        missing_reason=form.missing_reason,
    )
    missing = directory.names(session).all(signature.missing)
    unreported = f"，未报村：{missing}" if missing else ""
    return done(f"/village/townships/{form.township}/{form.month}", f"已签发报县{unreported}。")


@router.get("/townships/{township}/{month}/print", name="township_month")
def print_roster(
    township: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """乡镇汇总名单, to print and sign."""
    division = register_queries.township(session, township)
    policy.require(actor, "township_month", division)
    opened = months_queries.month_named(session, month)
    table = roster(session, township, opened.month)
    return page(
        request,
        "township_roster.html",
        township=division,
        month=opened,
        roster=table,
        sentences=SENTENCES,
    )


@router.get("/townships/{township}/{month}/list.xlsx", name="township_month")
def list_workbook(township: str, month: YearMonth, session: Transaction, actor: Who) -> Response:
    policy.require(actor, "township_month", register_queries.township(session, township))
    villages = sorted(
        {sent.village for sent in lists_queries.lists(session, month, township=township)}
    )
    tables = [
        list_table(session, village, month, veil(session, actor, village)) for village in villages
    ]
    table = roster(session, township, month)
    return sheets(table.title, [table, *tables]).answer()
