"""The desk, the months, what units reported in one's place, search."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from kit.documents import XLSX, attachment
from kit.errors import Forbidden
from kit.web import Today, Transaction, Who, page
from rulebook.months import YearMonth
from schemas.codes import Role
from services.unit import queries

router = APIRouter()


@router.get("/")
def desk(request: Request, session: Transaction, actor: Who, today: Today) -> HTMLResponse:
    """What is to be done; for a helper all own households with their state."""
    month = queries.latest_month(session)
    helper = actor.role is Role.HELPER
    return page(
        request,
        "desk.html",
        tasks=queries.desk(session, actor, today),
        month=month,
        home=queries.home(actor),
        contacts=queries.contacts(session, month.month, helper=actor.place)
        if month and helper
        else [],
        reminders=queries.reminders_of(session, actor.place, month.month) if month else [],
        findings=queries.finding_views(session, actor, month=month.month)
        if month and helper
        else [],
        county=queries.may_see_unit(session, actor, ""),
    )


@router.get("/months/{month}")
def month_status(
    month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """Every unit's month: who has signed, who is late, how far the visits are."""
    opened = queries.month(session, month)
    statuses = [
        one
        for one in queries.unit_statuses(session, month)
        if queries.may_see_unit(session, actor, one.unit)
    ]
    return page(
        request,
        "month.html",
        month=opened,
        months=queries.months(session),
        statuses=statuses,
        county=queries.may_see_unit(session, actor, ""),
    )


@router.get("/months/{month}/units.xlsx")
def month_file(month: YearMonth, session: Transaction, actor: Who) -> Response:
    """All units' month as a workbook, for the county."""
    if not queries.may_see_unit(session, actor, ""):
        raise Forbidden("各单位汇总表由县级下载。")
    queries.month(session, month)
    headers = attachment(f"帮扶单位-{month}.xlsx")
    return Response(queries.month_workbook(session, month), media_type=XLSX, headers=headers)


@router.get("/notices")
def notices(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    """What helping units have reported to the county in the actor's place (B-38): nobody visits
    twice.
    """
    return page(request, "notices.html", notices=queries.notices(session, actor))


@router.get("/search")
def search(request: Request, session: Transaction, actor: Who, q: str = "") -> HTMLResponse:
    return page(request, "search.html", q=q, hits=queries.search(session, actor, q))
