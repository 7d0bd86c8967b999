"""The desk; for a group leader one card with two large buttons."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from schemas.codes import Role
from services.village import commands, queries
from services.village.rules import Reporter

router = APIRouter()


@router.get("/")
def desk(
    request: Request, session: Transaction, actor: Who, today: Today, q: str = ""
) -> HTMLResponse:
    if actor.role is Role.GROUP_LEADER:
        return page(request, "leader.html", **_card(session, actor, today, q))
    month = queries.latest_month(session, today)
    return page(
        request,
        "desk.html",
        tasks=queries.desk(session, actor, today),
        month=month,
        names=queries.names(session),
    )


@router.post("/group-reports")
def report_group(
    session: Transaction,
    actor: Who,
    today: Today,
    village: Annotated[str, Form()],
    group: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
    on_behalf_of: Annotated[str | None, Form()] = None,
    back: Annotated[str, Form()] = "/village/",
) -> Response:
    """One tap: nothing found (零报告)."""
    commands.report_group(
        session, village, group, month, nil=True, actor=actor, on=today, on_behalf_of=on_behalf_of
    )
    return done(_own(back), "已报:本月无风险(零报告)。村里上报以前可以收回。")


@router.post("/group-reports/withdrawals")
def withdraw_group_report(
    session: Transaction,
    actor: Who,
    today: Today,
    village: Annotated[str, Form()],
    group: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
    back: Annotated[str, Form()] = "/village/",
) -> Response:
    commands.withdraw_group_report(session, village, group, month, actor=actor, on=today)
    return done(_own(back), "已收回,请重新报送。")


def _own(back: str) -> str:
    """Only back to a page of ours."""
    return back if back.startswith("/village/") else "/village/"


def _card(session: Session, actor: Actor, today: date, q: str) -> dict[str, Any]:
    village, _, group = actor.place.partition("/")
    month = queries.latest_month(session, today)
    if month is None:
        return {"month": None, "place": queries.names(session).full(village), "group": group}
    row = queries.reporter(session, month.month, Reporter.GROUP, actor.place)
    found = queries.findings(session, month.month, village, group)
    return {
        "month": month,
        "place": queries.names(session).full(village),
        "village": village,
        "group": group,
        "row": row,
        "households": queries.households_found(session, queries.scope_of(actor), q, limit=200),
        "q": q,
        "findings": found,
        "fates": {one.id: queries.fate_of(session, one) for one in found},
        "reminded": queries.reminded(session, month, Reporter.GROUP, actor.place),
        "sent": queries.reporter(session, month.month, Reporter.VILLAGE, village).reported,
    }
