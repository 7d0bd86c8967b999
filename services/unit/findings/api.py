"""JSON doors: translate, and own the transaction."""

from typing import Annotated

from fastapi import Query

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from rulebook.types import Short
from services.unit.findings import commands, queries
from services.unit.findings.forms import CompletionIn, ReasonForm, VerificationForm, WithdrawalForm
from services.unit.findings.policy import policy
from services.unit.findings.queries import FindingView
from services.unit.findings.views import FindingOut

router = policy.router()


@router.get("/findings")
def findings(
    session: Transaction,
    actor: Who,
    month: Annotated[YearMonth | None, Query(title="月份")] = None,
    unit: Annotated[Short | None, Query(title="帮扶单位")] = None,
) -> list[FindingOut]:
    """What the actor may see, newest month first; struck-out ones are among them."""
    return [
        _finding(view) for view in queries.finding_views(session, actor, month=month, unit=unit)
    ]


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
        severity=body.severity,
        since=body.since,
        actor=actor,
        on=today,
    )
    return _finding(queries.finding_view(session, actor, finding))


@router.post("/findings/{finding}/strike-out")
def strike_out_finding(
    finding: str, body: ReasonForm, session: Transaction, actor: Who, today: Today
) -> FindingOut:
    commands.strike_out_finding(session, finding, reason=body.reason, actor=actor, on=today)
    return _finding(queries.finding_view(session, actor, finding))


@router.post("/findings/{finding}/verification")
def verify_finding(
    finding: str, body: VerificationForm, session: Transaction, actor: Who, today: Today
) -> FindingOut:
    commands.verify_finding(session, finding, **dict(body), actor=actor, on=today)
    return _finding(queries.finding_view(session, actor, finding))


@router.post("/findings/{finding}/withdrawal")
def withdraw_finding(
    finding: str, body: WithdrawalForm, session: Transaction, actor: Who, today: Today
) -> FindingOut:
    commands.withdraw_finding(session, finding, reason=body.reason, actor=actor, on=today)
    return _finding(queries.finding_view(session, actor, finding))


def _finding(view: FindingView) -> FindingOut:
    finding = view.finding
    return FindingOut(
        id=finding.id,
        month=finding.month,
        unit=finding.unit,
        household=finding.household,
        head_name=view.household.head_name,
        place=view.place,
        helper=finding.helper,
        state=view.state,
        causes=finding.causes,
        since=finding.since,
        risk_point=finding.risk_point,
        matter=finding.matter,
        struck_reason=finding.struck_reason,
        withdrawn_reason=finding.withdrawn_reason,
        verified_on=finding.verified_on,
        verified_how=finding.verified_how,
        case_number=view.case_number,
        orders=[order.number for order in view.orders],
        fate=view.fate,
        ended_on=view.ended_on,
    )
