"""Pages: translate, and own the transaction."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from kit.documents import XLSX, Table, workbook
from kit.web import Today, Transaction, Who, page
from schemas.codes import OrderState, ReplyResult, Role
from services.dispatch import service
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders import queries, rules
from services.dispatch.orders.queries import Line
from services.dispatch.orders.rules import Deed

router = APIRouter()


COLUMNS = (
    "交办单号",
    "状态",
    "村",
    "户主姓名",
    "事项",
    "承办部门",
    "配合部门",
    "首次交办",
    "本次交办",
    "反馈时限",
    "反馈日期",
    "解决时限",
    "解决日期",
    "办结日期",
    "办理结果",
    "已历工作日",
    "逾期",
)


@router.get("/orders")
def board(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    state: str = "",
    department: str = "",
    overdue: str = "",
) -> HTMLResponse:
    lines = _filtered(session, actor, today, state, department, overdue)
    return page(
        request,
        "board.html",
        states=OrderState,
        departments=departments_queries.active_departments(session),
        count=len(lines),
        columns=[
            (one, mine)
            for one in OrderState
            if (mine := [line for line in lines if line.order.state is one])
        ],
        chosen={"state": state, "department": department, "overdue": overdue},
    )


@router.get("/orders.xlsx")
def export(
    session: Transaction,
    actor: Who,
    today: Today,
    state: str = "",
    department: str = "",
    overdue: str = "",
) -> Response:
    """The board's orders as a workbook."""
    rows = [_row(line) for line in _filtered(session, actor, today, state, department, overdue)]
    table = Table(
        "交办单台账", COLUMNS, rows, note=f"截至{today};时限含当日,已历工作日自首次交办起算"
    )
    return Response(
        workbook([table]),
        media_type=XLSX,
        headers={"content-disposition": f'attachment; filename="orders-{today}.xlsx"'},
    )


def _filtered(
    session: Transaction, actor: Who, today: date, state: str, department: str, overdue: str
) -> list[Line]:
    wanted = next((one for one in OrderState if one.value == state), None)
    late = {"yes": True, "no": False}.get(overdue)
    orders = queries.orders(
        session, actor, today, state=wanted, department=department or None, late=late
    )
    return queries.lines(session, orders, today)


def _row(line: Line) -> tuple[object, ...]:
    order = line.order
    return (
        order.number,
        order.state.label,
        line.village,
        order.head_name,
        order.gap_item.label,
        line.department,
        "、".join(line.co_handlers),
        order.first_issued_on,
        order.issued_on,
        order.report_due,
        order.reported_on,
        order.solve_due,
        order.solved_on,
        order.closed_on,
        order.result.label if order.result else "",
        line.days,
        "逾期" if line.overdue else "",
    )


@router.get("/orders/{id}")
def order(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    found = queries.order(session, id, actor)
    may = queries.allowed_deeds(found, actor, today)
    return page(
        request,
        "order.html",
        line=queries.lines(session, [found], today)[0],
        order=found,
        may=may,
        Deed=Deed,
        words=queries.words(session, found, actor),
        history=queries.history(session, id),
        replies=queries.replies(session, id),
        departments=departments_queries.active_departments(session),
        results=ReplyResult,
        behalf=actor.role is Role.COUNTY_CLERK,
        proposed=departments_queries.department_name(session, found.proposed),
        department_may=bool(may & {Deed.ACCEPT, Deed.RETURN, Deed.SOLVE, Deed.PROGRESS}),
        previous=queries.previous(session, found, actor),
        report_limit=queries.report_limit(session, found),
    )


@router.get("/orders/{id}/slip")
def slip(request: Request, id: str, session: Transaction, actor: Who, today: Today) -> HTMLResponse:
    """交办单, to print."""
    found = queries.order(session, id, actor)
    return page(
        request,
        "slip.html",
        line=queries.lines(session, [found], today)[0],
        order=found,
        words=rules.minimal(
            queries.words(session, found, actor),
            found.gap_item,
            service.pack_of(session, found.pack_ref),
        ),
        report_limit=queries.report_limit(session, found),
    )


@router.get("/search")
def search(
    request: Request, session: Transaction, actor: Who, today: Today, q: str = ""
) -> HTMLResponse:
    found = queries.lines(session, queries.search(session, q, actor), today)
    return page(request, "search.html", q=q, lines=found)
