"""JSON doors: translate, and own the transaction."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from kit.errors import Forbidden, Refused
from kit.web import Today, Transaction, Who
from rulebook.months import Day, YearMonth
from schemas.codes import Content, RiskCause, Timeliness
from schemas.values import Since
from services.unit import commands, queries
from services.unit.commands import AssignmentRow, HelperRow, UnitRow
from services.unit.rules import ContactState, FindingState, VisitNote

router = APIRouter(prefix="/unit/api", tags=["unit"])


class TakenOut(BaseModel, from_attributes=True):
    taken: int
    unchanged: int


class MonthIn(BaseModel):
    month: YearMonth


class MonthOut(BaseModel):
    """`opened` False: there is nobody to expect yet."""

    month: str
    opened: bool
    visit_due: date | None = None
    report_due: date | None = None


class ListOut(BaseModel, from_attributes=True):
    unit: str
    month: str
    supplement: int
    nil: bool
    received_on: date
    signed_on: date | None
    late: bool | None


class UnitStatusOut(BaseModel):
    unit: str
    name: str
    timeliness: Timeliness
    content: Content
    required: int
    contacted: int
    unreached: int
    neglected: int
    exempt_reason: str | None
    lists: list[ListOut]


class MonthStatus(MonthOut):
    units: list[UnitStatusOut]


class TransferIn(BaseModel):
    helper: str
    to: str
    reason: str


class CompletionIn(BaseModel):
    risk_point: str
    matter: str
    causes: list[RiskCause] = []
    since: Since | None = None


class ReasonIn(BaseModel):
    reason: str


class ListIn(BaseModel):
    """`nil` declares 零报告. `received_on` with `reason`: 补录 of a paper."""

    unit: str
    month: YearMonth
    nil: bool = False
    written_on: Day | None = None
    received_on: Day | None = None
    reason: str | None = None


class ListAnswerOut(ListOut):
    findings: int
    left_behind: list[str] = Field(
        default=[], description="heads of households whose finding is 待补充"
    )


class ExemptionIn(BaseModel):
    """Of a unit, or (with `household`) of one household."""

    month: YearMonth
    unit: str | None = None
    household: str | None = None
    reason: str


class FindingOut(BaseModel):
    id: str
    month: str
    unit: str
    household: str
    head_name: str
    place: str
    helper: str
    state: FindingState
    causes: list[RiskCause]
    since: Since
    risk_point: str | None
    matter: str | None
    struck_reason: str | None
    case_number: str | None
    fate: str


class ContactOut(BaseModel, from_attributes=True):
    household: str | None
    number: str | None
    head_name: str
    place: str
    unit: str
    helper: str
    helper_name: str
    state: ContactState
    tries: int
    last_on: date | None
    required: bool
    exempt_reason: str | None


class HouseholdOut(BaseModel):
    household: str
    number: str | None
    head_name: str
    note: str


@router.post("/units", status_code=201)
def name_units(rows: list[UnitRow], session: Transaction, actor: Who) -> TakenOut:
    return TakenOut.model_validate(commands.name_units(session, rows, actor=actor))


@router.post("/helpers", status_code=201)
def name_helpers(rows: list[HelperRow], session: Transaction, actor: Who) -> TakenOut:
    return TakenOut.model_validate(commands.name_helpers(session, rows, actor=actor))


@router.post("/assignments", status_code=201)
def assign_households(
    rows: list[AssignmentRow], session: Transaction, actor: Who, today: Today
) -> TakenOut:
    return TakenOut.model_validate(commands.assign_households(session, rows, actor=actor, on=today))


@router.post("/transfers", status_code=201)
def transfer_helper(
    body: TransferIn, session: Transaction, actor: Who, today: Today
) -> dict[str, int]:
    moved = commands.transfer_helper(
        session, body.helper, body.to, reason=body.reason, actor=actor, on=today
    )
    return {"households": moved}


@router.post("/months", status_code=201)
def open_month(body: MonthIn, session: Transaction, actor: Who, today: Today) -> MonthOut:
    month = commands.open_month(session, body.month, on=today, actor=actor)
    if month is None:
        return MonthOut(month=body.month, opened=False)
    return MonthOut(
        month=month.month, opened=True, visit_due=month.visit_due, report_due=month.report_due
    )


@router.get("/months/{month}")
def month_status(month: YearMonth, session: Transaction, actor: Who) -> MonthStatus:
    opened = queries.month(session, month)
    return MonthStatus(
        month=month,
        opened=True,
        visit_due=opened.visit_due,
        report_due=opened.report_due,
        units=[
            UnitStatusOut(
                unit=one.unit,
                name=one.name,
                timeliness=one.timeliness,
                content=one.content,
                required=one.progress.required,
                contacted=one.progress.contacted,
                unreached=one.progress.unreached,
                neglected=one.progress.neglected,
                exempt_reason=one.exempt_reason,
                lists=[ListOut.model_validate(sent) for sent in one.lists],
            )
            for one in queries.unit_statuses(session, month)
            if queries.may_see_unit(session, actor, one.unit)
        ],
    )


@router.post("/visits", status_code=201)
def record_visits(
    notes: list[VisitNote], session: Transaction, actor: Who, today: Today
) -> TakenOut:
    return TakenOut.model_validate(commands.record_visits(session, notes, actor=actor, on=today))


@router.get("/contacts")
def contacts(
    month: YearMonth,
    session: Transaction,
    actor: Who,
    unit: str | None = None,
    helper: str | None = None,
    neglected: bool = False,
) -> list[ContactOut]:
    """Households to contact and their state; `neglected`: only those nobody has tried to
    contact.
    """
    own_helper = actor.role == "HELPER" and helper == actor.place
    if not own_helper and not queries.may_see_unit(session, actor, unit or ""):
        raise Forbidden("只能查看本单位(或本人)的结对户;请写明单位代码。")
    reading = queries.households_not_contacted if neglected else queries.contacts
    return [
        ContactOut.model_validate(one) for one in reading(session, month, unit=unit, helper=helper)
    ]


@router.get("/findings")
def findings(
    session: Transaction, actor: Who, month: YearMonth | None = None, unit: str | None = None
) -> list[FindingOut]:
    """What the actor may see, newest month first; struck-out ones are among them."""
    return [_finding(one) for one in queries.finding_views(session, actor, month=month, unit=unit)]


@router.post("/findings/{finding}/completion")
def complete_finding(
    finding: str, body: CompletionIn, session: Transaction, actor: Who, today: Today
) -> FindingOut:
    commands.complete_finding(
        session,
        finding,
        risk_point=body.risk_point,
        matter=body.matter,
        causes=body.causes,
        since=body.since,
        actor=actor,
        on=today,
    )
    return _finding(queries.finding_view(session, actor, finding))


@router.post("/findings/{finding}/strike-out")
def strike_out_finding(
    finding: str, body: ReasonIn, session: Transaction, actor: Who, today: Today
) -> FindingOut:
    commands.strike_out_finding(session, finding, reason=body.reason, actor=actor, on=today)
    return _finding(queries.finding_view(session, actor, finding))


@router.post("/lists", status_code=201)
def submit_list(body: ListIn, session: Transaction, actor: Who, today: Today) -> ListAnswerOut:
    if body.received_on and not body.reason:
        raise Refused("补录要写明原因(例如“纸质表9月24日收到”)。")
    answer = commands.submit_list(
        session,
        body.unit,
        body.month,
        nil=body.nil,
        actor=actor,
        on=body.received_on or today,
        entered_on=today if body.received_on else None,
        reason=body.reason,
        written_on=body.written_on,
    )
    sent = ListOut.model_validate(answer.list).model_dump()
    return ListAnswerOut(**sent, findings=answer.findings, left_behind=list(answer.left_behind))


@router.post("/lists/{unit}/{month}/signature", status_code=201)
def sign_list(
    unit: str, month: YearMonth, session: Transaction, actor: Who, today: Today
) -> list[ListOut]:
    return [
        ListOut.model_validate(one)
        for one in commands.sign_list(session, unit, month, actor=actor, on=today)
    ]


@router.post("/exemptions", status_code=201)
def exempt(body: ExemptionIn, session: Transaction, actor: Who, today: Today) -> dict[str, str]:
    if bool(body.unit) == bool(body.household):
        raise Refused("请写明免除哪个单位,或者哪一户。")
    if body.unit:
        commands.exempt_unit(
            session, body.unit, body.month, reason=body.reason, actor=actor, on=today
        )
    else:
        commands.exempt_household(
            session, body.household or "", body.month, reason=body.reason, actor=actor, on=today
        )
    return {
        "month": body.month,
        "exempted": body.unit or body.household or "",
        "reason": body.reason,
    }


@router.get("/households")
def households(
    session: Transaction, actor: Who, q: Annotated[str, Query(min_length=1)]
) -> list[HouseholdOut]:
    """By part of the head's name, household number or ID number, within the actor's scope."""
    return [
        HouseholdOut(household=hit.household, number=hit.number, head_name=hit.title, note=hit.note)
        for hit in queries.search(session, actor, q)
        if hit.household
    ]


def _finding(view: queries.FindingView) -> FindingOut:
    one = view.finding
    return FindingOut(
        id=one.id,
        month=one.month,
        unit=one.unit,
        household=one.household,
        head_name=view.household.head_name,
        place=view.place,
        helper=one.helper,
        state=view.state,
        causes=[RiskCause(cause) for cause in one.causes],
        since=Since(day=one.since_day, about=one.since_about),
        risk_point=one.risk_point,
        matter=one.matter,
        struck_reason=one.struck_reason,
        case_number=view.case_number,
        fate=view.fate,
    )
