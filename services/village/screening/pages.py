"""A group's screening in one tap; a finding mended or taken back by whoever wrote it."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.actor import Actor
from kit.behalf import Behalf
from kit.errors import Conflict
from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from schemas.values import Since
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.findings.forms import OF_NEWCOMER, ReportForm, standing
from services.village.findings.models import Finding
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter, called
from services.village.places import group_of, led_by
from services.village.register import queries as register_queries
from services.village.screening import commands, queries
from services.village.screening.forms import MendForm, TapForm
from services.village.screening.policy import policy

router = policy.router()


@router.post("/group-reports")
def report_group(
    session: Transaction, actor: Who, today: Today, form: Annotated[TapForm, FromPage()]
) -> Response:
    """Nothing found (零报告)."""
    row = commands.report_group(
        session,
        form.village,
        form.group,
        form.month,
        nil=True,
        actor=actor,
        on=today,
        on_behalf_of=Behalf(form.on_behalf_of, form.behalf_reason),
    )
    sent = queries.village_has_sent(session, row)
    then = "村里已经上报，不能收回。" if sent else "村里上报以前可以收回。"
    month = called(row.month, today)
    return done(_own(form.back), f"已报：{month}无风险（零报告）。{then}")


@router.get("/group-reports/{village}/{group}/{month}", name="withdraw_group_report")
def group_withdrawal(
    village: str, group: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """What would be taken back, before it is."""
    leader = register_queries.group(session, village, group)
    policy.permit(actor, "withdraw_group_report", leader)
    opened = months_queries.month_named(session, month)
    row = months_queries.reporter(session, opened.month, Reporter.GROUP, leader.place)
    findings = queries.findings_of_group(session, row)
    return page(
        request,
        "withdrawal.html",
        month=opened,
        leader=leader,
        row=row,
        names=directory.names(session),
        findings=findings,
        reason=queries.why_report_stays(session, row, findings),
        gone={finding.id: why for finding in findings if (why := queries.why_stays(finding))},
        withdrawable={finding.id for finding in findings if not queries.why_fixed(finding, actor)},
        back=_after(actor, village, opened.month),
    )


@router.post("/group-reports/withdrawals")
def withdraw_group_report(
    session: Transaction, actor: Who, today: Today, form: Annotated[TapForm, FromPage()]
) -> Response:
    commands.withdraw_group_report(
        session, form.village, form.group, form.month, actor=actor, on=today
    )
    return done(_own(form.back), "已收回，请重新报送。")


@router.get("/findings/{finding}/mending", name="mend_finding")
def mending(finding: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    """The form with what stands, for whoever wrote it."""
    row = _own_finding(session, finding, actor, "mend_finding")
    return page(
        request,
        "mending.html",
        finding=row,
        names=directory.names(session),
        form=fill(
            request,
            ReportForm,
            f"/village/findings/{row.id}/mending",
            standing(row),
            without=[*OF_NEWCOMER, "for_leader", *(["other"] if _one_cause(actor, row) else [])],
        ),
        back=_after(actor, row.village, row.month),
    )


@router.post("/findings/{finding}/mending")
def mend_finding(
    finding: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ReportForm, FromPage()],
) -> Response:
    stands = findings_queries.finding(session, finding)
    mended = MendForm(
        causes=tuple(dict.fromkeys([*form.draft.causes, *stands.causes[2:]])),
        risk_point=form.risk_point,
        matter=form.matter,
        note=form.note,
        since=stands.since if form.since == stands.since_day else Since(day=form.since),
        urgent=form.urgent,
    )
    row = commands.mend_finding(session, finding, mended, actor=actor, on=today)
    then = "请乡镇当天签发。" if row.urgent_on else "原来写的留有记录。"
    return done(_after(actor, row.village, row.month), f"{row.head_name}户已改好。{then}")


@router.get("/findings/{finding}/withdrawal", name="withdraw_finding")
def withdrawal(finding: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    """What would be taken back, before it is."""
    row = _own_finding(session, finding, actor, "withdraw_finding")
    reports = findings_queries.findings(session, row.month, row.village)
    others = [
        other
        for other in reports
        if other.from_group and other.group == row.group and other.id != row.id
    ]
    return page(
        request,
        "finding_withdrawal.html",
        finding=row,
        last=row.from_group and not row.from_village and not others,
        names=directory.names(session),
        back=_after(actor, row.village, row.month),
    )


@router.post("/findings/{finding}/withdrawal")
def withdraw_finding(finding: str, session: Transaction, actor: Who, today: Today) -> Response:
    row = commands.withdraw_finding(session, finding, actor=actor, on=today)
    return done(
        _after(actor, row.village, row.month), f"{row.head_name}户已收回，原来写的留有记录。"
    )


def _one_cause(actor: Actor, finding: Finding) -> bool:
    """A leader is asked for one cause, unless there are two already."""
    return led_by(actor) is not None and len(finding.causes) < 2


def _own_finding(session: Transaction, finding: str, actor: Actor, action: str) -> Finding:
    row = findings_queries.finding(session, finding)
    policy.permit(actor, action, row)
    if reason := queries.why_fixed(row, actor):
        raise Conflict(reason)
    return row


def _after(actor: Actor, village: str, month: str) -> str:
    """Where whoever wrote it goes on."""
    if led_by(actor) is not None:
        return f"/village/?month={month}"
    if group_of(actor) is not None:
        return "/village/findings"
    return f"/village/villages/{village}/{month}"


def _own(back: str) -> str:
    """Only back to a page of ours."""
    return back if back.startswith("/village/") else "/village/"
