"""Desk, month status and search."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.documents import XLSX, Table, workbook
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth, month_of
from schemas.codes import Role
from services.county import commands, queries
from services.county.queries.desk import desk as tasks
from services.county.rules.cases import COUNTY_ROLES

router = APIRouter()


@router.get("/")
def desk(
    request: Request, session: Transaction, actor: Who, today: Today, month: YearMonth | None = None
) -> Response:
    """Open tasks with one due date each, and how far the month has come."""
    months = queries.months(session)
    shown = month or (months[0] if months else month_of(today))
    tiers = queries.month_status(session, shown, actor)
    return page(
        request,
        "desk.html",
        tasks=tasks(session, actor, today),
        month=shown,
        months=months,
        tiers=tiers,
        whole=queries.glance(session, actor, tiers) if actor.role in COUNTY_ROLES else None,
    )


@router.get("/months/{month}")
def month(request: Request, month: YearMonth, session: Transaction, actor: Who) -> Response:
    """Every reporter's month by tier."""
    return page(
        request,
        "month.html",
        month=month,
        months=queries.months(session),
        tiers=queries.month_status(session, month, actor),
        struck_out=queries.struck_out(session, actor, month),
        names=queries.names(
            session, [row.village for row in queries.struck_out(session, actor, month)]
        ),
        office=actor.role is Role.COUNTY_CLERK,
    )


@router.get("/months/{month}/export")
def month_workbook(month: YearMonth, session: Transaction, actor: Who) -> Response:
    """The reporters' states as a workbook."""
    rows = [
        (
            tier.title,
            line.name,
            line.row.due,
            line.timeliness.label,
            line.content.label if line.content else "",
            line.row.reported_on,
            line.row.exempt_reason or "",
        )
        for tier in queries.month_status(session, month, actor)
        for line in tier.lines
    ]
    table = Table(
        f"{month}上报情况",
        ("层级", "上报主体", "应报日期", "时效", "内容", "收到日期", "免报原因"),
        rows,
    )
    return Response(
        workbook([table]),
        media_type=XLSX,
        headers={"content-disposition": f'attachment; filename="month-{month}.xlsx"'},
    )


@router.post("/months/{month}/exemptions")
def exempt_team(
    month: YearMonth,
    session: Transaction,
    actor: Who,
    today: Today,
    team: Annotated[str, Form()],
    reason: Annotated[str, Form()],
) -> Response:
    commands.exempt_team(session, team, month, reason=reason, actor=actor, on=today)
    return done(f"/county/months/{month}", "已登记免报。")


@router.get("/search")
def search(request: Request, session: Transaction, actor: Who, q: str = "") -> Response:
    """By name or number, within what the actor may see."""
    text = q.strip()
    cases = queries.cases(session, actor, q=text)[0] if text else []
    ledger = queries.ledger(session, actor, q=text)[0] if text else []
    return page(
        request,
        "search.html",
        q=text,
        cases=cases,
        ledger=[row for row in ledger if row.case is None],
        names=queries.names(session, [line.case.village for line in cases]),
    )
