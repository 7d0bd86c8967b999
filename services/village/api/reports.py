"""JSON doors of the month: reports, lists, signatures, answers."""

from typing import Any

from fastapi import APIRouter

from kit.errors import Refused
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.village import commands, queries, rules
from services.village.api.shapes import (
    AnswerIn,
    ExemptionIn,
    FindingIn,
    FindingOut,
    GroupReportIn,
    ListIn,
    ListOut,
    MonthIn,
    MonthOut,
    MonthStatus,
    RecheckOut,
    ReporterOut,
    ReviewIn,
    SignatureIn,
    SignatureOut,
    VerdictIn,
    WithdrawalIn,
)
from services.village.models import Finding, Month, ReporterMonth
from services.village.rules import Reporter

router = APIRouter()


@router.post("/months", response_model=MonthOut, status_code=201)
def open_month(body: MonthIn, session: Transaction, actor: Who, today: Today) -> Month:
    opened = commands.open_month(session, body.month, on=today, actor=actor)
    if opened is None:
        raise Refused("还没有区划和村民小组,不知道谁应报送。请先导入区划表和村民小组长名册。")
    return opened


@router.get("/months/{month}")
def month_status(month: YearMonth, session: Transaction, actor: Who) -> MonthStatus:
    """Every reporter's state, as far as the actor may see."""
    found, scope = queries.month_named(session, month), queries.scope_of(actor)

    def states(kind: Reporter, group: str | None = None) -> list[ReporterOut]:
        rows = queries.reporters(session, found.month, kind, scope.prefix, group)
        return [ReporterOut.model_validate(row) for row in rows]

    return MonthStatus(
        **MonthOut.model_validate(found).model_dump(),
        groups=states(Reporter.GROUP, scope.group),
        villages=states(Reporter.VILLAGE),
        townships=states(Reporter.TOWNSHIP),
    )


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
    scope = queries.scope_of(actor)
    if village:
        queries.look(actor, village, scope.group)
    found = queries.findings(
        session, queries.month_named(session, month).month, village or scope.prefix, scope.group
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


@router.post("/lists", response_model=ListOut, status_code=201)
def submit_list(body: ListIn, session: Transaction, actor: Who, today: Today) -> Any:
    return commands.submit_list(
        session,
        body.village,
        body.month,
        nil=body.nil,
        actor=actor,
        on=today,
        receipt=body.receipt(today),
        on_behalf_of=body.on_behalf_of,
    )


@router.post("/signatures", response_model=SignatureOut, status_code=201)
def sign_township(body: SignatureIn, session: Transaction, actor: Who, today: Today) -> Any:
    return commands.sign_township(session, body.township, body.month, actor=actor, on=today)


@router.post("/urgent-findings", response_model=FindingOut, status_code=201)
def report_urgent(body: FindingIn, session: Transaction, actor: Who, today: Today) -> Finding:
    return commands.report_urgent(
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


@router.post("/exemptions", response_model=ReporterOut, status_code=201)
def exempt_reporter(
    body: ExemptionIn, session: Transaction, actor: Who, today: Today
) -> ReporterMonth:
    kind, code = rules.reporter_at(body.division, body.group)
    return commands.exempt_reporter(
        session, body.month, kind, code, reason=body.reason, actor=actor, on=today
    )


@router.get("/rechecks", response_model=list[RecheckOut])
def rechecks(session: Transaction, actor: Who) -> Any:
    """Cases the county sent back and the township has not answered."""
    return queries.rechecks(session, queries.scope_of(actor))


@router.post("/rechecks/{case}/answer", response_model=RecheckOut)
def answer_recheck(
    case: str, body: AnswerIn, session: Transaction, actor: Who, today: Today
) -> Any:
    return commands.answer_recheck(
        session, case, still_at_risk=body.still_at_risk, note=body.note, actor=actor, on=today
    )


def _told(session: Transaction, finding: Finding) -> FindingOut:
    fate = [text for one in queries.fate_of(session, finding) for _, text in one.steps]
    return FindingOut.model_validate(finding).model_copy(update={"fate": fate})
