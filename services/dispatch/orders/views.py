"""What a door answers."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import GapItem, OrderState, ReplyResult, RiskCause


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


def view(order: object) -> OrderView:
    return OrderView.model_validate(order, from_attributes=True)
