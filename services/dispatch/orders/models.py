"""The order, what happened to it, and what departments replied."""

from datetime import date

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from kit.database.columns import coded, items, serial, texts
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import GapItem, OrderClock, OrderState, ReplyResult, RiskCause
from services.dispatch.orders.rules import Action
from services.dispatch.service import Table


class Series(Table, table=True):
    """The last number given in a month."""

    __tablename__ = "order_series"
    month: str = Field(primary_key=True)
    last: int


class Order(Table, table=True):
    """One gap item at one department. `words` is the need's sealed NeedWords, as it came."""

    __tablename__ = "dispatch_order"
    __table_args__ = (Index("ix_dispatch_order_department_state", "department", "state"),)
    id: str = Field(primary_key=True, default_factory=new_id)
    number: str = Field(unique=True)
    need: str = Field(unique=True)  # the same need never makes two orders
    case: str = Field(index=True)
    household: str = Field(index=True)
    village: str = Field(index=True)
    head_name: str = Field(index=True)
    words: str
    gap_item: GapItem = coded(GapItem)
    cause: RiskCause | None = coded(RiskCause, default=None)
    question: str = encrypted()
    follows: str | None = Field(
        default=None, foreign_key="dispatch_order.id"
    )  # the closed order a new finding reopens
    origin: str | None = None  # the event behind it
    pack_ref: str
    urgent: bool = False
    case_accounts: list[str] = texts()  # who decided its case and entered findings; none: not told

    state: OrderState = coded(OrderState, index=True)
    department: str | None = None
    co_handlers: list[str] = items()
    attempt: int = 0  # how often it was issued
    opened_on: date
    first_issued_on: date | None = None
    issued_on: date | None = None
    issued_by: str | None = None  # a person of the leading group, or whoever has its mandate
    route_due: date
    accept_due: date | None = None
    return_due: date | None = None
    decide_due: date | None = None
    report_due: date | None = None
    original_report_due: date | None = None
    solve_due: date | None = None
    original_solve_due: date | None = None
    confirm_due: date | None = None
    close_due: date | None = None

    accepted_on: date | None = None
    reported_on: date | None = None  # the first report since the last issue
    report_late: bool = False
    solved_on: date | None = None
    confirmed_on: date | None = None
    closed_on: date | None = None
    result: ReplyResult | None = coded(ReplyResult, default=None)
    expected_on: date | None = None

    returns: int = 0
    return_reason: str | None = encrypted(default=None)
    proposed: str | None = None
    decided_late: bool = False
    for_meeting: bool = False
    reworks: int = 0
    not_reported_since: date | None = None  # the due day that passed: 逾期未反馈
    not_solved_since: date | None = None  # 逾期未解决
    version: int = 0


class OrderEvent(Table, table=True):
    """An order's history: each action, reminder and lapse; nothing is ever taken out."""

    __tablename__ = "order_event"
    __table_args__ = (
        Index(
            "uq_order_event_step",
            "order",
            "clock",
            "due",
            "step",
            unique=True,
            postgresql_where=text("deed = 'fall_overdue'"),
        ),
    )
    id: int | None = serial()
    order: str = Field(foreign_key="dispatch_order.id", index=True)
    on: date
    action: Action = coded(Action, sa_column_kwargs={"name": "deed"})
    actor: str  # as a page prints it
    account: str
    from_state: OrderState | None = coded(OrderState, default=None)
    to_state: OrderState = coded(OrderState)
    department: str | None = None
    text: str = encrypted(default="")
    late: bool = False
    clock: OrderClock | None = coded(OrderClock, default=None)
    due: date | None = None
    step: int | None = None
    origin: str | None = None


class Reply(Table, table=True):
    """What a department reported once, and what the village said of it."""

    __tablename__ = "department_reply"
    id: str = Field(primary_key=True, default_factory=new_id)
    order: str = Field(foreign_key="dispatch_order.id", index=True)
    department: str
    attempt: int
    on: date
    written_on: date | None = None  # the date on the paper
    result: ReplyResult = coded(ReplyResult)
    explanation: str = encrypted()
    expected_on: date | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)  # fen
    handler: str | None = None
    head_signed: bool = False
    head_signature: str | None = None  # as written on a form: text, no signature
    own_system_updated: bool = False
    late: bool = False
    received: bool | None = None  # whether the help really came
    received_on: date | None = None
    received_note: str | None = encrypted(default=None)
