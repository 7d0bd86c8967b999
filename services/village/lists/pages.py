"""A village's month: its list to look at, to print, to download and to send."""

from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit import behalf
from kit.actor import Actor
from kit.behalf import Behalf
from kit.documents import sheets
from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.findings.rules import Place as At
from services.village.lists import commands, queries
from services.village.lists.documents import (
    COLUMNS,
    SENTENCES,
    STATE,
    line,
    list_table,
    silence,
    veil,
)
from services.village.lists.forms import ListForm
from services.village.lists.policy import policy
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.outcomes import queries as outcomes_queries
from services.village.places import Place
from services.village.register import queries as register_queries
from services.village.screening import queries as screening_queries

router = policy.router()


@router.get("/villages/{village}/{month}")
def village_month(
    village: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    values = _month(session, village, month, actor)
    notices = outcomes_queries.notices(session, actor, values["month"].month, village)
    initial = {"village": village, "month": values["month"].month}
    silent = screening_queries.silent_groups(session, values["month"].month, village)
    unsent = findings_queries.by_place(values["unsent"])
    here = unsent.pop(At.VILLAGE, [])
    answers = bool(silent) and not values["row"].reported and not values["unsent"]
    return page(
        request,
        "village.html",
        **values,
        sources=directory.source_names(session, [notice.source for notice in notices]),
        silent=silent,
        objections=behalf.unsettled(session, village),
        answers=answers,
        here=here,
        gone=unsent,
        places=findings_queries.by_place(values["findings"]),
        groups={group.code: group for group in register_queries.groups(session, village)},
        reporters=months_queries.reporters(session, values["month"].month, Reporter.GROUP, village),
        notices=notices,
        form=fill(
            request,
            ListForm,
            "/village/lists",
            initial,
            needed=["silent_reason"] if answers else [],
        ),
        place=Place(village, session=session),
    )


@router.get("/villages/{village}/{month}/print", name="village_month")
def print_list(
    village: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    return page(
        request,
        "list.html",
        **_month(session, village, month, actor),
        columns=(*COLUMNS, STATE),
        sentences=SENTENCES,
    )


@router.get("/villages/{village}/{month}/list.xlsx", name="village_month")
def list_workbook(village: str, month: YearMonth, session: Transaction, actor: Who) -> Response:
    policy.require(actor, "village_month", Place(village, session=session))
    table = list_table(session, village, month, veil(session, actor, village))
    return sheets(table.title, [table]).answer()


@router.post("/lists")
def submit_list(
    session: Transaction, actor: Who, today: Today, form: Annotated[ListForm, FromPage()]
) -> Response:
    sent = commands.submit_list(
        session,
        form.village,
        form.month,
        nil=form.nil,
        actor=actor,
        on=today,
        receipt=form.receipt(today, actor=actor, receivers=policy["date_list"].roles),
        on_behalf_of=Behalf(form.on_behalf_of, form.behalf_reason),
        silent_reason=form.silent_reason,
    )
    late = "（迟报）" if sent.late else ""
    return done(f"/village/villages/{form.village}/{form.month}", f"已上报乡镇{late}。")


def _month(session: Session, village: str, month: str, actor: Actor) -> dict[str, Any]:
    """What both pages show, asked before anything is read."""
    policy.require(actor, "village_month", Place(village, session=session))
    opened = months_queries.month_named(session, month)
    findings = findings_queries.findings(session, opened.month, village)
    lists = queries.lists(session, opened.month, village=village)
    shown = veil(session, actor, village)
    return {
        "village": register_queries.village(session, village),
        "month": opened,
        "names": directory.names(session),
        "row": months_queries.reporter(session, opened.month, Reporter.VILLAGE, village),
        "findings": findings,
        "lists": lists,
        "silence": silence(lists[0]) if lists else "",
        "unsent": [finding for finding in findings if finding.supplement is None],
        "waiting": findings_queries.to_review(session, opened.month, village),
        "lines": [line(session, number, one, shown) for number, one in enumerate(findings, 1)],
    }
