"""JSON doors: translate, and own the transaction."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from schemas.codes import RiskCause
from services.village import scopes
from services.village.findings import commands, queries
from services.village.findings.forms import FindingIn, ReviewIn, VerdictIn
from services.village.findings.models import Finding
from services.village.findings.rules import Stage
from services.village.months import queries as months_queries
from services.village.outcomes import queries as outcomes_queries
from services.village.screening import commands as screening_commands

router = APIRouter()


class FindingOut(BaseModel, from_attributes=True):
    id: str
    month: str
    household: str
    village: str
    township: str
    group: str | None
    stage: Stage
    on_register: bool
    head_name: str
    causes: list[RiskCause]
    risk_point: str | None
    matter: str | None
    note: str | None
    severity: str
    found_on: date
    by_name: str
    on_behalf_of: str | None
    village_agreed: bool | None
    township_agreed: bool | None
    struck_out: str | None
    already_reported: bool
    urgent_on: date | None
    urgent_signed_on: date | None
    supplement: int | None
    fate: list[str] = []


@router.post("/findings", response_model=FindingOut, status_code=201)
def add_finding(body: FindingIn, session: Transaction, actor: Who, today: Today) -> Finding:
    return commands.add_finding(
        session,
        body.village,
        body.month,
        body.finding,
        actor=actor,
        on=today,
        on_behalf_of=body.on_behalf_of,
    )


@router.get("/findings")
def findings(
    session: Transaction, actor: Who, month: YearMonth, village: str = ""
) -> list[FindingOut]:
    """Findings of a month with what became of them; within what the actor may see."""
    scope = scopes.scope_of(actor)
    if village:
        scopes.look(actor, village, scope.group)
    found = queries.findings(
        session,
        months_queries.month_named(session, month).month,
        village or scope.prefix,
        scope.group,
    )
    return [_told(session, one) for one in found]


@router.post("/findings/{finding}/review", response_model=FindingOut)
def review_finding(
    finding: str, body: ReviewIn, session: Transaction, actor: Who, today: Today
) -> Finding:
    return commands.review_finding(session, finding, **body.model_dump(), actor=actor, on=today)


@router.post("/findings/{finding}/recheck", response_model=FindingOut)
def recheck_finding(
    finding: str, body: VerdictIn, session: Transaction, actor: Who, today: Today
) -> Finding:
    return commands.recheck_finding(
        session, finding, agreed=body.agreed, reason=body.reason, actor=actor, on=today
    )


@router.post("/urgent-findings", response_model=FindingOut, status_code=201)
def report_urgent(body: FindingIn, session: Transaction, actor: Who, today: Today) -> Finding:
    return screening_commands.report_urgent(
        session,
        body.village,
        body.month,
        body.finding,
        actor=actor,
        on=today,
        on_behalf_of=body.on_behalf_of,
    )


@router.post("/urgent-findings/{finding}/signature", response_model=FindingOut, status_code=201)
def sign_urgent(finding: str, session: Transaction, actor: Who, today: Today) -> Finding:
    return commands.sign_urgent(session, finding, actor=actor, on=today)


def _told(session: Transaction, finding: Finding) -> FindingOut:
    fate = [text for one in outcomes_queries.fate_of(session, finding) for _, text in one.steps]
    return FindingOut.model_validate(finding).model_copy(update={"fate": fate})
