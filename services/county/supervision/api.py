"""Doors of the supervision teams."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import Day, YearMonth
from schemas.codes import RiskCause, Severity
from schemas.values import Receipt
from services.county.supervision import commands
from services.county.supervision.commands import FindingDraft

router = APIRouter()


class FindingIn(BaseModel):
    village: str
    head_name: str
    causes: list[RiskCause]
    problem: str
    advice: str = ""
    id_number: str | None = None
    severity: Severity = Severity.ORDINARY
    found_on: Day | None = None

    def draft(self) -> FindingDraft:
        return FindingDraft(**(self.model_dump() | {"causes": tuple(self.causes)}))


class ReportIn(BaseModel):
    """`findings` join what the team has noted already. `received_on` with `reason`: 补录."""

    team: str
    month: YearMonth
    nil: bool = False
    findings: list[FindingIn] = []
    written_on: Day | None = None
    received_on: Day | None = None
    reason: str | None = None


class ReportOut(BaseModel):
    team: str
    month: str
    supplement: int
    late: bool
    nil: bool
    findings: list[str]


@router.post("/supervision-reports", status_code=201)
def report_supervision(body: ReportIn, session: Transaction, actor: Who, today: Today) -> ReportOut:
    event = commands.report_supervision(
        session,
        body.team,
        body.month,
        nil=body.nil,
        receipt=receipt(body, today),
        actor=actor,
        on=today,
        findings=[one.draft() for one in body.findings],
    )
    return ReportOut(
        team=event.team,
        month=event.month,
        supplement=event.supplement,
        late=event.late,
        nil=event.nil,
        findings=[one.finding for one in event.findings],
    )


@router.post("/teams/{team}/months/{month}/findings", status_code=201)
def add_supervision_finding(
    team: str, month: YearMonth, body: FindingIn, session: Transaction, actor: Who, today: Today
) -> dict:
    noted, fresh = commands.add_supervision_finding(
        session, team, month, body.draft(), actor=actor, on=today
    )
    return {"id": noted.id, "new": fresh, "on_register": noted.household is not None}


def receipt(body: ReportIn, today: date) -> Receipt:
    """Our own clock's day, or what somebody authorised enters for a paper."""
    if body.received_on is None:
        return Receipt(on=today, written_on=body.written_on)
    return commands.late_entry(body.received_on, body.reason, written_on=body.written_on, on=today)
