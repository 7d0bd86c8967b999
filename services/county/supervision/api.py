"""Doors of the supervision teams."""

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.supervision import commands
from services.county.supervision.forms import FindingForm, ReportForm
from services.county.supervision.policy import RECEIVERS, policy
from services.county.supervision.views import NotedOut, ReportOut

router = policy.router()


@router.post("/supervision-reports", status_code=201)
def report_supervision(
    body: ReportForm, session: Transaction, actor: Who, today: Today
) -> ReportOut:
    """`findings` join what the team has noted already. `received_on` with `reason`: 补录."""
    event = commands.report_supervision(
        session,
        body.team,
        body.month,
        nil=body.nil,
        receipt=body.receipt(today, actor=actor, receivers=RECEIVERS),
        actor=actor,
        on=today,
        findings=body.findings,
    )
    return ReportOut(
        team=event.team,
        month=event.month,
        supplement=event.supplement,
        late=event.late,
        nil=event.nil,
        findings=[finding.finding for finding in event.findings],
    )


@router.post("/teams/{team}/months/{month}/findings", status_code=201)
def add_supervision_finding(
    team: str, month: YearMonth, body: FindingForm, session: Transaction, actor: Who, today: Today
) -> NotedOut:
    noted, fresh = commands.add_supervision_finding(
        session, team, month, body, actor=actor, on=today
    )
    return NotedOut(id=noted.id, new=fresh, on_register=noted.household is not None)
