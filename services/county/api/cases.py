"""Doors of cases: visits, decisions, unmatched sources."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import Day, YearMonth
from schemas.codes import GapItem, RiskCause
from schemas.values import Since
from services.county import commands, queries
from services.county.models import Table
from services.county.rules.cases import NeedDraft

router = APIRouter(tags=["cases"])


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


class AttachmentIn(BaseModel):
    case: str | None = None  # None: a new case
    household: str | None = None


class DecisionOut(BaseModel, from_attributes=True):
    id: str
    number: str
    decision: str
    decided_on: date | None
    recheck_due: date | None
    verify_due: date


@router.get("/cases")
def cases(
    session: Transaction,
    actor: Who,
    month: YearMonth | None = None,
    village: str | None = None,
    status: str | None = None,
    q: str | None = None,
    page: int = 1,
) -> dict:
    lines, total = queries.cases(
        session, actor, month=month, village=village, status=status, q=q, page=page
    )
    return {
        "total": total,
        "page": page,
        "cases": [
            {"head_name": line.head_name, "tiers": line.tiers} | line.case.model_dump(mode="json")
            for line in lines
        ],
    }


@router.get("/cases/{case_id}")
def case(case_id: str, session: Transaction, actor: Who) -> dict:
    """The case with its sources, visits, needs, orders and timeline."""
    found = queries.see(session, actor, case_id)
    rows: dict[str, Sequence[Table]] = {
        "sources": queries.sources(session, case_id),
        "visits": queries.visits(session, case_id),
        "needs": queries.needs(session, case_id),
        "orders": queries.orders(session, case_id),
    }
    return found.model_dump(mode="json") | {
        "timeline": [
            {"on": on, "what": what, "by": by}
            for on, what, by in queries.timeline(session, case_id)
        ],
        **{name: [row.model_dump(mode="json") for row in some] for name, some in rows.items()},
    }


@router.post("/cases/{case_id}/visits", status_code=201)
def record_visit(
    case_id: str, body: VisitIn, session: Transaction, actor: Who, today: Today
) -> dict:
    found = commands.Findings(**body.model_dump(exclude={"on"}))
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


@router.get("/sources/unmatched")
def unmatched(session: Transaction, actor: Who) -> list[dict]:
    queries.require_county(actor, "查看待归并来源")
    return [source.model_dump(mode="json") for source in queries.unmatched(session)]


@router.post("/sources/{finding}/attachment")
def attach_source(
    finding: str, body: AttachmentIn, session: Transaction, actor: Who, today: Today
) -> DecisionOut:
    """Say to which case an unmatched finding belongs; without `case` a new one is opened."""
    found = commands.attach_source(
        session, finding, case=body.case, household=body.household, actor=actor, on=today
    )
    return DecisionOut.model_validate(found)
