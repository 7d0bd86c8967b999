"""JSON doors of the month: reports, lists, signatures, answers."""

from fastapi import APIRouter

from kit.web import Today, Transaction, Who
from services.village.months.models import ReporterMonth
from services.village.months.views import ReporterOut
from services.village.screening import commands
from services.village.screening.forms import GroupReportIn, WithdrawalIn

router = APIRouter()


@router.post("/group-reports", response_model=ReporterOut, status_code=201)
def report_group(
    body: GroupReportIn, session: Transaction, actor: Who, today: Today
) -> ReporterMonth:
    return commands.report_group(
        session,
        body.village,
        body.group,
        body.month,
        nil=body.nil,
        findings=body.findings,
        actor=actor,
        on=today,
        receipt=body.receipt(today),
        on_behalf_of=body.on_behalf_of,
    )


@router.post("/group-reports/withdrawals", response_model=ReporterOut)
def withdraw_group_report(
    body: WithdrawalIn, session: Transaction, actor: Who, today: Today
) -> ReporterMonth:
    return commands.withdraw_group_report(
        session, body.village, body.group, body.month, actor=actor, on=today
    )
