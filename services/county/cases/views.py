"""What the doors of cases answer; which fields, the policy says by role."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import (
    CaseDecision,
    GapItem,
    OrderState,
    ReplyResult,
    RiskCause,
    Severity,
    Tier,
    VisitMode,
)
from services.county.cases.models import MatchedBy, SourceStage
from services.county.cases.rules import WhyNot


class CaseBrief(BaseModel, from_attributes=True):
    """A case as everybody may read it who sees it."""

    id: str
    version: int
    number: str
    month: str
    household: str
    village: str
    township: str
    opened_on: date
    pack: str
    urgent: bool
    verify_due: date
    decision: CaseDecision
    decided_on: date | None
    decided_by: str | None
    reason: str | None
    primary_cause: RiskCause | None
    causes: list[RiskCause]
    since_day: date | None
    since_about: bool
    risk_point: str | None
    matter: str | None
    recheck_due: date | None
    recheck_question: str | None
    rechecked_on: date | None
    recheck_still_at_risk: bool | None
    help_complete_on: date | None
    closed_on: date | None
    previous: str | None


class CaseOut(CaseBrief):
    """With what the township answered in confidence."""

    recheck_note: str | None = None


class SourceBrief(BaseModel, from_attributes=True):
    """A finding beside the others of its case, with its answer: the need that deals with it, or why
    none does.
    """

    finding: str
    case: str | None
    tier: Tier
    reporter: str
    month: str
    supplement: int
    stage: SourceStage
    struck_out: str | None
    household: str
    village: str
    group_no: str | None
    on_register: bool
    unmatched: bool
    matched_by: MatchedBy | None
    causes: list[RiskCause]
    severity: Severity
    already_reported: bool
    since_day: date | None
    since_about: bool
    found_on: date
    received_on: date
    at_county_on: date | None
    late: bool
    head_name: str
    size: int | None
    risk_point: str | None
    matter: str | None
    problem: str | None
    advice: str | None
    verified_on: date | None
    verified_how: VisitMode | None
    answered_on: date | None
    answered_need: str | None
    why_not: WhyNot | None


class SourceWords(SourceBrief):
    """With the note of whoever found it, and who of the unit looked into it."""

    verified_by: str | None = None
    unverified_reason: str | None = None
    note: str | None = None


class SourceOut(SourceWords):
    """With what finds the household and its people."""

    id_number: str | None = None
    phone: str | None = None


class VisitBrief(BaseModel, from_attributes=True):
    """That the office was there."""

    id: str
    case: str
    on: date
    visitors: str
    entered_by: str


class VisitOut(VisitBrief):
    """With what it saw and heard at the household's."""

    met: str = ""
    house: str = ""
    water: str = ""
    education: str = ""
    medical: str = ""
    income: str = ""
    note: str = ""


class NeedBrief(BaseModel, from_attributes=True):
    id: str
    case: str
    gap_item: GapItem
    question: str
    department: str | None
    from_meeting: str | None
    on: date


class NeedOut(NeedBrief):
    """With the person concerned."""

    person_name: str | None = None


class OrderOut(BaseModel, from_attributes=True):
    """Dispatch's order as the county knows it."""

    order: str
    number: str
    case: str
    household: str
    village: str
    gap_item: GapItem
    department: str | None
    state: OrderState
    opened_on: date
    changed_on: date
    first_issued_on: date | None
    issued_on: date | None
    accept_due: date | None
    return_due: date | None
    report_due: date | None
    solve_due: date | None
    co_handlers: list[str]
    urgent: bool
    accepted_on: date | None
    accepted_late: bool
    reported_on: date | None
    report_late: bool
    result: ReplyResult | None
    expected_on: date | None
    solved_on: date | None
    confirmed_on: date | None
    closed_on: date | None
    days: int | None
    returns: int
    return_reason: str | None
    reopened: int
    doubted: int
    overdue: list[str]


class TimelineLine(BaseModel, from_attributes=True):
    on: date
    what: str
    by: str


class CaseFile(CaseOut):
    """The case with all that belongs to it."""

    timeline: list[TimelineLine]
    sources: list[SourceOut]
    visits: list[VisitOut]
    needs: list[NeedOut]
    orders: list[OrderOut]


class CaseRow(CaseOut):
    """A case in a list."""

    head_name: str
    tiers: list[Tier]


class CasesOut(BaseModel):
    """One page of the list; `total` counts all of it."""

    total: int
    page: int
    cases: list[CaseRow]


class DecisionOut(BaseModel, from_attributes=True):
    id: str
    number: str
    decision: CaseDecision
    decided_on: date | None
    recheck_due: date | None
    verify_due: date
