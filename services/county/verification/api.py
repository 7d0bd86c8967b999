"""JSON doors: translate, and own the transaction."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import Day
from schemas.codes import GapItem, RiskCause
from schemas.values import Since
from services.county.cases.rules import NeedDraft
from services.county.cases.views import DecisionOut
from services.county.verification import commands
from services.county.verification.commands import Findings

router = APIRouter()


class VisitIn(BaseModel):
    on: Day
    visitors: str
    met: str = ""
    house: str = ""
    water: str = ""
    education: str = ""
    medical: str = ""
    income: str = ""
    note: str = ""


class NeedIn(BaseModel):
    """`person_name`: the member concerned, for a medical matter the patient; `department` None:
    routed by the pack.
    """

    gap_item: GapItem
    question: str
    person_name: str | None = None
    department: str | None = None


class DecisionIn(BaseModel):
    """verified: primary_cause and needs (since, risk_point and matter are completed here);
    not_qualified: reason of the code list; recheck: question; reopen: reason.
    """

    decision: Literal["verified", "not_qualified", "recheck", "reopen"]
    primary_cause: RiskCause | None = None
    needs: list[NeedIn] = []
    since: Since = Since()
    risk_point: str | None = None
    matter: str | None = None
    reason: str = ""
    question: str = ""


@router.post("/cases/{case_id}/visits", status_code=201)
def record_visit(
    case_id: str, body: VisitIn, session: Transaction, actor: Who, today: Today
) -> dict:
    found = Findings(**body.model_dump(exclude={"on"}))
    visit = commands.record_visit(
        session, case_id, found, visited_on=body.on, actor=actor, on=today
    )
    return {"id": visit.id, "case": visit.case, "on": visit.on}


@router.post("/cases/{case_id}/decision")
def decide(
    case_id: str, body: DecisionIn, session: Transaction, actor: Who, today: Today
) -> DecisionOut:
    needs = [NeedDraft(**need.model_dump()) for need in body.needs]
    found = commands.decide(
        session,
        case_id,
        body.decision,
        primary_cause=body.primary_cause,
        needs=needs,
        since=body.since,
        risk_point=body.risk_point,
        matter=body.matter,
        reason=body.reason,
        question=body.question,
        actor=actor,
        on=today,
    )
    return DecisionOut.model_validate(found)
