"""JSON doors: translate, and own the transaction."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from kit.web import Today, Transaction, Who
from rulebook.months import Day
from schemas.codes import GapItem, OrderState, ReplyResult, RiskCause
from schemas.values import Receipt
from services.dispatch import commands, queries
from services.dispatch.commands import DepartmentEntry, ReplyDraft
from services.dispatch.rules import Clock, Deed

router = APIRouter(prefix="/dispatch/api", tags=["dispatch"])


class OnBehalf(BaseModel):
    """`on_behalf`: for whom the county's clerk enters it (phone, paper)."""

    on_behalf: str | None = None


class Departments(BaseModel):
    departments: list[DepartmentEntry]


class DepartmentView(BaseModel, from_attributes=True):
    code: str
    name: str
    aliases: list[str]
    active: bool


class Routing(BaseModel):
    department: str
    co_handlers: list[str] = []
    question: str | None = None


class Returning(OnBehalf):
    reason: str
    proposed: str | None = None


class ReturnDecision(BaseModel):
    """`department` None: the one the return proposed."""

    agree: bool
    reason: str | None = None
    department: str | None = None
    co_handlers: list[str] = []
    question: str | None = None


class Report(OnBehalf):
    """`amount` in fen. `received_on` with `entry_reason`: the office got it on paper on another day
    (补录).
    """

    result: ReplyResult
    explanation: str
    expected_on: Day | None = None
    amount: int | None = Field(default=None, ge=0)
    handler: str | None = None
    own_system_updated: bool = False
    written_on: Day | None = None
    received_on: Day | None = None
    entry_reason: str | None = None

    def receipt(self) -> Receipt | None:
        return Receipt(on=self.received_on, reason=self.entry_reason) if self.received_on else None

    def draft(self) -> ReplyDraft:
        return ReplyDraft(**self.model_dump(exclude={"on_behalf", "received_on", "entry_reason"}))


class Progress(OnBehalf):
    text: str


class Confirmation(OnBehalf):
    """`by_office`: the office looked itself after the village's silence."""

    received: bool = True
    note: str = ""
    by_office: bool = False


class Note(BaseModel):
    note: str = ""


class Reason(BaseModel):
    reason: str


class SolveDue(BaseModel):
    due: Day
    reason: str


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


class EventView(BaseModel, from_attributes=True):
    on: date
    deed: Deed
    actor: str
    from_state: OrderState | None
    to_state: OrderState
    department: str | None
    text: str
    late: bool
    clock: Clock | None
    due: date | None
    step: int | None
    origin: str | None


class OrderWithHistory(OrderView):
    history: list[EventView] = []


@router.post("/departments")
def name_departments(body: Departments, session: Transaction, actor: Who) -> dict[str, list[str]]:
    return {"changed": commands.name_departments(session, body.departments, actor=actor)}


@router.get("/departments")
def departments(session: Transaction, actor: Who) -> list[DepartmentView]:
    return [DepartmentView.model_validate(one) for one in queries.departments(session)]


@router.get("/orders")
def orders(
    session: Transaction,
    actor: Who,
    today: Today,
    state: OrderState | None = None,
    department: str | None = None,
    case: str | None = None,
    overdue: bool | None = None,
) -> list[OrderView]:
    found = queries.orders(
        session, actor, today, state=state, department=department, case=case, late=overdue
    )
    return [OrderView.model_validate(one) for one in found]


@router.get("/orders/{id}")
def order(id: str, session: Transaction, actor: Who) -> OrderWithHistory:
    view = OrderWithHistory.model_validate(queries.order(session, id, actor), from_attributes=True)
    view.history = [EventView.model_validate(event) for event in queries.history(session, id)]
    return view


@router.post("/orders/{id}/route")
def route_order(
    id: str, body: Routing, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.route_order(session, id, **body.model_dump(), actor=actor, on=today))


@router.post("/orders/{id}/acceptance")
def accept_order(
    id: str, session: Transaction, actor: Who, today: Today, body: OnBehalf | None = None
) -> OrderView:
    return view(
        commands.accept_order(
            session, id, actor=actor, on=today, on_behalf=body.on_behalf if body else None
        )
    )


@router.post("/orders/{id}/return")
def return_order(
    id: str, body: Returning, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.return_order(session, id, **body.model_dump(), actor=actor, on=today))


@router.post("/orders/{id}/return-decision")
def decide_return(
    id: str, body: ReturnDecision, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.decide_return(session, id, **body.model_dump(), actor=actor, on=today))


@router.post("/orders/{id}/report")
def report_order(
    id: str, body: Report, session: Transaction, actor: Who, today: Today
) -> OrderView:
    done = commands.report_order(
        session,
        id,
        body.draft(),
        actor=actor,
        on=today,
        on_behalf=body.on_behalf,
        receipt=body.receipt(),
    )
    return view(done)


@router.post("/orders/{id}/progress")
def report_progress(
    id: str, body: Progress, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.report_progress(session, id, **body.model_dump(), actor=actor, on=today))


@router.post("/orders/{id}/confirmation")
def confirm_help(
    id: str, body: Confirmation, session: Transaction, actor: Who, today: Today
) -> OrderView:
    if body.by_office:
        return view(commands.confirm_by_office(session, id, note=body.note, actor=actor, on=today))
    draft = body.model_dump(exclude={"by_office"})
    return view(commands.confirm_help(session, id, **draft, actor=actor, on=today))


@router.post("/orders/{id}/closure")
def close_order(
    id: str, session: Transaction, actor: Who, today: Today, body: Note | None = None
) -> OrderView:
    return view(
        commands.close_order(session, id, note=body.note if body else "", actor=actor, on=today)
    )


@router.post("/orders/{id}/reopening")
def reopen_order(
    id: str, body: Reason, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.reopen_order(session, id, reason=body.reason, actor=actor, on=today))


@router.post("/orders/{id}/solve-due")
def move_solve_due(
    id: str, body: SolveDue, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(
        commands.move_solve_due(
            session, id, due=body.due, reason=body.reason, actor=actor, on=today
        )
    )


def view(order: object) -> OrderView:
    return OrderView.model_validate(order, from_attributes=True)
