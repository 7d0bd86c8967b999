"""What dispatch made of the needs: each order as its events tell it."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from kit.database.columns import coded, texts
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import GapItem, OrderState, ReplyResult
from services.county.former import Dated
from services.county.service import Table


class DispatchOrder(Dated, table=True):
    """Dispatch's order: its present state, and what meeting and bulletin count.

    `case` may not be known here (yet): an order from a meeting's decision, or events out of order.
    """

    __tablename__ = "dispatch_order"
    COUNTED = (
        "department",
        "state",
        "changed_on",
        "first_issued_on",
        "issued_on",
        "accept_due",
        "report_due",
        "solve_due",
        "accepted_on",
        "reported_on",
        "solved_on",
        "closed_on",
        "overdue",
    )
    order: str = Field(primary_key=True)
    number: str = Field(index=True)
    case: str = Field(index=True)
    household: str
    village: str
    gap_item: GapItem = coded(GapItem)
    department: str | None = Field(default=None, index=True)
    state: OrderState = coded(OrderState, index=True)
    opened_on: date
    changed_on: date
    first_issued_on: date | None = Field(default=None, index=True)
    issued_on: date | None = None  # to the present department
    route_due: date | None = None
    accept_due: date | None = None
    return_due: date | None = None
    report_due: date | None = None
    solve_due: date | None = None
    co_handlers: list[str] = texts()
    urgent: bool = False
    accepted_on: date | None = None
    accepted_late: bool = False
    reported_on: date | None = None  # first report
    report_late: bool = False
    result: ReplyResult | None = coded(ReplyResult, default=None)  # of the latest report
    expected_on: date | None = None
    solved_on: date | None = None
    confirmed_on: date | None = None
    closed_on: date | None = None
    days: int | None = None  # working days from the first issue to the close
    returns: int = 0
    return_reason: str | None = encrypted(
        default=None
    )  # of the present return, until it is decided
    returns_refused: int = 0
    decided_late: int = 0  # returns the office decided late
    for_meeting: bool = False  # a second return (B-29)
    reopened: int = 0
    doubted: int = 0
    overdue: list[str] = (
        texts()
    )  # clocks that run past their day now: route, accept, decide, report, solve, confirm, close
    report_overdue_since: date | None = (
        None  # 逾期未反馈: the due day that passed; kept after the report came
    )
    solve_overdue_since: date | None = None  # 逾期未解决
    origin: str | None = None  # of the latest event
    overdue_origin: str | None = None  # of the latest OrderFellOverdue


class OrderEntry(Table, table=True):
    """An order's history, one row an event."""

    __tablename__ = "order_entry"
    __table_args__ = (Index("ix_order_entry_order", "order", "on"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    order: str
    on: date
    what: str  # event type without "dispatch.order." and version: issued, returned …
    department: str | None = None
    late: bool = False  # a return that the office decided late
    text: str = encrypted(default="")
    origin: str | None = None
