"""A group's screening for programs."""

from kit.behalf import Behalf
from kit.web import Today, Transaction, Who
from services.village.findings.forms import FindingForm
from services.village.findings.models import Finding
from services.village.findings.views import FindingOut
from services.village.months.models import ReporterMonth
from services.village.months.views import ReporterOut
from services.village.screening import commands
from services.village.screening.forms import GroupMonth, GroupReportForm, MendForm
from services.village.screening.policy import policy

router = policy.router()


@router.post("/group-reports", response_model=ReporterOut, status_code=201)
def report_group(
    body: GroupReportForm, session: Transaction, actor: Who, today: Today
) -> ReporterMonth:
    receivers = policy["date_group_report"].roles
    return commands.report_group(
        session,
        body.village,
        body.group,
        body.month,
        nil=body.nil,
        findings=body.findings,
        actor=actor,
        on=today,
        receipt=body.receipt(today, actor=actor, receivers=receivers),
        on_behalf_of=Behalf(body.on_behalf_of, body.behalf_reason),
    )


@router.post("/group-reports/withdrawals", response_model=ReporterOut)
def withdraw_group_report(
    body: GroupMonth, session: Transaction, actor: Who, today: Today
) -> ReporterMonth:
    return commands.withdraw_group_report(
        session, body.village, body.group, body.month, actor=actor, on=today
    )


@router.post("/urgent-findings", response_model=FindingOut, status_code=201)
def report_urgent(body: FindingForm, session: Transaction, actor: Who, today: Today) -> Finding:
    return commands.report_urgent(
        session,
        body.village,
        body.month,
        body.finding,
        actor=actor,
        on=today,
        on_behalf_of=Behalf(body.on_behalf_of, body.behalf_reason),
    )


@router.post("/findings/{finding}/mending", response_model=FindingOut)
def mend_finding(
    finding: str, body: MendForm, session: Transaction, actor: Who, today: Today
) -> Finding:
    return commands.mend_finding(session, finding, body, actor=actor, on=today)


@router.post("/findings/{finding}/withdrawal", response_model=FindingOut)
def withdraw_finding(finding: str, session: Transaction, actor: Who, today: Today) -> Finding:
    return commands.withdraw_finding(session, finding, actor=actor, on=today)
