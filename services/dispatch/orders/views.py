"""What is answered of an order, and the list of orders as page and workbook."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import case
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import GapItem, OrderClock, OrderState, ReplyResult, RiskCause
from services.dispatch.orders.models import Order
from services.dispatch.orders.queries import Line


class OrderView(BaseModel, from_attributes=True):
    """An order without personal data; days are local days of Shanghai."""

    id: str
    number: str
    case: str
    household: str
    village: str
    gap_item: GapItem
    cause: RiskCause | None
    question: str
    state: OrderState
    department: str | None
    co_handlers: list[str]
    urgent: bool
    attempt: int
    opened_on: date
    first_issued_on: date | None
    issued_on: date | None
    issued_by: str | None
    route_due: date | None
    accept_due: date | None
    return_due: date | None
    decide_due: date | None
    report_due: date | None
    original_report_due: date | None
    solve_due: date | None
    original_solve_due: date | None
    confirm_due: date | None
    close_due: date | None
    reported_on: date | None
    report_late: bool
    solved_on: date | None
    closed_on: date | None
    result: ReplyResult | None
    expected_on: date | None
    returns: int
    proposed: str | None
    decided_late: bool
    for_meeting: bool
    reworks: int
    not_reported_since: date | None
    not_solved_since: date | None
    follows: str | None
    pack_ref: str
    version: int
    provisional: tuple[OrderClock, ...] = ()  # whose day lies beyond the published calendar


def view(order: object) -> OrderView:
    return OrderView.model_validate(order, from_attributes=True)


def _of(name: str) -> Callable[[Line], Any]:
    return lambda line: getattr(line.order, name)


# The way an order goes, and in each state the newest first.
BY_STATE = case({state: place for place, state in enumerate(OrderState)}, value=col(Order.state))
ORDERS = Listing[Any](
    [
        Column("number", "交办单号", _of("number")),
        Column("state", "状态", _of("state")),
        Column("village", "村"),
        Column("head_name", "户主姓名", _of("head_name")),
        Column("gap_item", "事项", _of("gap_item")),
        Column("department", "承办部门"),
        Column("co_handlers", "配合部门"),
        Column("first_issued_on", "首次交办", _of("first_issued_on")),
        Column("issued_on", "本次交办", _of("issued_on")),
        Column("report_due", "反馈时限", _of("report_due")),
        Column("reported_on", "反馈日期", _of("reported_on")),
        Column("solve_due", "解决时限", _of("solve_due")),
        Column("provisional", "暂定的时限"),
        Column("solved_on", "解决日期", _of("solved_on")),
        Column("closed_on", "办结日期", _of("closed_on")),
        Column("result", "办理结果", _of("result")),
        Column("days", "已历工作日"),
        Column("overdue", "逾期", lambda line: [f"{owner.label}逾期" for owner in line.late]),
    ],
    order=[BY_STATE, col(Order.number).desc()],
)
FOUND = Listing[Any]([], order=[col(Order.number).desc()])
