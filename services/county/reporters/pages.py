"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.documents import XLSX, Table, workbook
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from schemas.codes import Role
from services.county.cases import queries as cases_queries
from services.county.directory import queries as directory_queries
from services.county.months import commands as months_commands
from services.county.months import queries as months_queries
from services.county.reporters import queries

router = APIRouter()


@router.get("/months/{month}")
def month(request: Request, month: YearMonth, session: Transaction, actor: Who) -> Response:
    """Every reporter's month by tier."""
    return page(
        request,
        "month.html",
        month=month,
        months=months_queries.months(session),
        tiers=queries.month_status(session, month, actor),
        struck_out=cases_queries.struck_out(session, actor, month),
        names=directory_queries.names(
            session, [row.village for row in cases_queries.struck_out(session, actor, month)]
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
    months_commands.exempt_team(session, team, month, reason=reason, actor=actor, on=today)
    return done(f"/county/months/{month}", "已登记免报。")
