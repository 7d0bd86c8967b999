"""A village's month: review, list, submission, and the printed form."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit.documents import XLSX, Table, workbook
from kit.errors import Refused
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import Day, YearMonth
from services.village import commands, queries, rules
from services.village.models import Finding
from services.village.rules import Reporter

router = APIRouter()
COLUMNS = (
    "序号",
    "组别",
    "户主姓名",
    "身份证号码",
    "家庭人口",
    "联系电话",
    "农户类型",
    "易返贫(致贫)原因",
    "风险点",
    "需解决的相关事宜",
    "摸排人",
    "备注",
)


@router.get("/villages/{village}/{month}")
def village_month(
    village: str, month: YearMonth, request: Request, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    queries.look(actor, village)
    return page(
        request,
        "village.html",
        **_month(session, village, month),
        sources=queries.source_names(session),
        groups={one.code: one for one in queries.groups(session, village)},
        reporters=queries.reporters(session, month, Reporter.GROUP, village),
        notices=queries.notices(session, queries.Scope(village), month),
    )


@router.get("/villages/{village}/{month}/print")
def print_list(
    village: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    queries.look(actor, village)
    return page(request, "list.html", **_month(session, village, month), columns=COLUMNS)


@router.get("/villages/{village}/{month}/list.xlsx")
def list_workbook(village: str, month: YearMonth, session: Transaction, actor: Who) -> Response:
    queries.look(actor, village)
    return spreadsheet([list_table(session, village, month)], f"{village}-{month}")


@router.post("/lists")
def submit_list(
    session: Transaction,
    actor: Who,
    today: Today,
    village: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
    nil: Annotated[bool, Form()] = False,
    received_on: Annotated[Day | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
    written_on: Annotated[Day | None, Form()] = None,
) -> Response:
    try:
        receipt = rules.receipt(today, received_on, reason, written_on)
    except ValueError as error:
        raise Refused(str(error)) from error
    sent = commands.submit_list(
        session, village, month, nil=nil, actor=actor, on=today, receipt=receipt
    )
    return done(
        f"/village/villages/{village}/{month}", f"已上报乡镇{'(迟报)' if sent.late else ''}。"
    )


def list_table(session: Session, village: str, month: str) -> Table:
    """The village's list as the office's form has it."""
    names, findings = queries.names(session), queries.findings(session, month, village)
    rows = [line(session, number, one) for number, one in enumerate(findings, 1)]
    lists = queries.lists(session, month, village=village)
    if not findings and lists:
        rows = [["", "本月摸排无风险(零报告)"]]
    note = f"村委会:{names[village]}村民委员会    报送日期:{lists[0].received_on if lists else '未报送'}"
    title = f"{names.full(village)}防返贫监测摸排情况上报表({month[:4]}年{int(month[5:])}月)"
    return Table(title, COLUMNS, rows, note)


def line(session: Session, number: int, one: Finding) -> list[Any]:
    household = queries.household(session, one.household)
    marks = (
        "已随时上报" if one.already_reported else "",
        "" if one.on_register else "不在册,待核对",
        one.struck_out or "",
        one.note or "",
    )
    return [
        number,
        one.group,
        one.head_name,
        one.id_number,
        one.size,
        one.phone,
        household.stratum.label,
        one.cause_labels,
        one.risk_point,
        one.matter,
        one.screened_by or one.on_behalf_of or one.by_name,
        ";".join(mark for mark in marks if mark),
    ]


def spreadsheet(tables: list[Table], name: str) -> Response:
    return Response(
        workbook(tables),
        media_type=XLSX,
        headers={"content-disposition": f'attachment; filename="{name}.xlsx"'},
    )


def _month(session: Session, village: str, month: str) -> dict[str, Any]:
    found = queries.month_named(session, month)
    findings = queries.findings(session, found.month, village)
    return {
        "village": queries.village(session, village),
        "month": found,
        "names": queries.names(session),
        "row": queries.reporter(session, found.month, Reporter.VILLAGE, village),
        "findings": findings,
        "lists": queries.lists(session, found.month, village=village),
        "unsent": [one for one in findings if one.supplement is None],
        "waiting": queries.to_review(session, found.month, village),
        "lines": [line(session, number, one) for number, one in enumerate(findings, 1)],
    }
