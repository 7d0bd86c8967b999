"""Findings for programs."""

from typing import Annotated

from fastapi import Query

from kit.behalf import Behalf
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from rulebook.types import VillageCode
from services.village.findings import commands, queries
from services.village.findings.forms import FindingForm, ReviewForm, VerdictForm
from services.village.findings.models import Finding
from services.village.findings.policy import policy
from services.village.findings.views import FindingOut
from services.village.months import queries as months_queries
from services.village.outcomes import queries as outcomes_queries
from services.village.places import Place, group_of

router = policy.router()


@router.post("/findings", response_model=FindingOut, status_code=201)
def add_finding(body: FindingForm, session: Transaction, actor: Who, today: Today) -> Finding:
    return commands.add_finding(
        session,
        body.village,
        body.month,
        body.finding,
        actor=actor,
        on=today,
        on_behalf_of=Behalf(body.on_behalf_of, body.behalf_reason),
    )


@router.get("/findings", name="finding")
def findings(
    session: Transaction,
    actor: Who,
    month: Annotated[YearMonth, Query(title="月份")],
    village: Annotated[VillageCode | None, Query(title="村")] = None,
) -> list[FindingOut]:
    """Findings of a month with what became of them; within what the actor may see."""
    if village:
        policy.require(actor, "finding", Place(village, group_of(actor), session))
    findings = queries.findings(
        session,
        months_queries.month_named(session, month).month,
        village or "",
        visible=policy.visible(actor, "finding", Finding),
    )
    return [_told(session, finding) for finding in findings]


@router.post("/findings/{finding}/review", response_model=FindingOut)
def review_finding(
    finding: str, body: ReviewForm, session: Transaction, actor: Who, today: Today
) -> Finding:
    return commands.review_finding(session, finding, body, actor=actor, on=today)


@router.post("/findings/{finding}/recheck", response_model=FindingOut)
def recheck_finding(
    finding: str, body: VerdictForm, session: Transaction, actor: Who, today: Today
) -> Finding:
    return commands.recheck_finding(
        session, finding, agreed=body.agreed, reason=body.reason, actor=actor, on=today
    )


@router.post("/urgent-findings/{finding}/signature", response_model=FindingOut, status_code=201)
def sign_urgent(finding: str, session: Transaction, actor: Who, today: Today) -> Finding:
    return commands.sign_urgent(session, finding, actor=actor, on=today)


def _told(session: Transaction, finding: Finding) -> FindingOut:
    fate = [
        text
        for case_fate in outcomes_queries.fate_of(session, finding)
        for _, text in case_fate.steps
    ]
    return FindingOut.model_validate(finding).model_copy(update={"fate": fate})
