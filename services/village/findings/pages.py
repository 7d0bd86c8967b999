"""A finding: entered, looked at, and what became of it."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.forms import fill
from kit.forms.filling import Filled
from kit.policy.purpose import veil_of
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth
from rulebook.types import Short
from schemas.codes import RiskCause
from services.village import directory
from services.village.findings import commands, queries
from services.village.findings.forms import (
    OF_CLERK,
    OF_NEWCOMER,
    FindingDraft,
    NewcomerReportForm,
    ReportForm,
    ReviewForm,
    VerdictForm,
    standing,
)
from services.village.findings.lists import REPORTED, ReportedFilter, lines, reported
from services.village.findings.models import Finding
from services.village.findings.policy import policy
from services.village.findings.rules import Stage
from services.village.months import queries as months_queries
from services.village.months.models import Month
from services.village.months.rules import Reporter
from services.village.outcomes import queries as outcomes_queries
from services.village.places import Place, group_of, led_by
from services.village.register import queries as register_queries
from services.village.register.models import Household
from services.village.register.policy import policy as register_policy
from services.village.screening import commands as screening_commands
from services.village.screening import queries as screening_queries
from services.village.screening.policy import policy as screening_policy

router = policy.router()
# What the page of a finding says at its head, or in what became of it.
ELSEWHERE = ("household", "newcomer", "phone", "size", "severity", "found_on", "screened_by")


@router.get("/findings", name="finding")
def findings(
    request: Request, session: Transaction, actor: Who, asked: Annotated[ReportedFilter, Query()]
) -> HTMLResponse:
    """What was reported in the actor's place, of every month, and what became of it (F-08)."""
    rows = REPORTED.page(session, reported(actor, asked), asked)
    return page(
        request,
        "findings.html",
        findings=rows.map(lambda found: lines(session, found)),
        filter=fill(request, ReportedFilter, "/village/findings", asked),
    )


@router.get("/findings/new")
def new_finding(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    household: Annotated[Short, Query(title="农户")] = "",
    village: Annotated[Short, Query(title="村")] = "",
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
) -> Response:
    """For a household of the register, or (a village without one) for somebody who is not in it. Of
    a household that was reported already the form says what stands (F-10).
    """
    row = register_queries.household(session, household) if household else None
    policy.require(actor, "new_finding", row or Place(village, group_of(actor), session))
    village = row.village if row else village
    opened = (
        months_queries.month_named(session, month)
        if month
        else months_queries.latest_month(session, today)
    )
    finding = queries.finding_about(session, opened.month, row.id) if row and opened else None
    if finding is not None and finding.stage is Stage.WITHDRAWN:
        finding = None
    if finding and _may_mend(actor, finding):
        return done(f"/village/findings/{finding.id}/mending")
    leader = led_by(actor) is not None
    enters = not leader and screening_policy.may(actor, "report_group")  # also for a leader
    return page(
        request,
        "finding_new.html",
        household=row,
        village=village,
        names=directory.names(session),
        month=opened,
        leader=leader,
        finding=finding,
        form=_report_form(request, session, village, row, opened, finding, enters),
    )


def _may_mend(actor: Actor, finding: Finding) -> bool:
    may = screening_policy.may(actor, "mend_finding", finding)
    return may and screening_queries.why_fixed(finding, actor) is None


def _report_form(
    request: Request,
    session: Session,
    village: str,
    household: Household | None,
    month: Month | None,
    finding: Finding | None,
    enters: bool,
) -> Filled:
    groups = {group.code: group.code for group in register_queries.groups(session, village)}
    empty = {
        "village": village,
        "month": month.month if month else None,
        "household": household.id if household else None,
    }
    said = () if finding and finding.note else ("note",)
    return fill(
        request,
        ReportForm if household else NewcomerReportForm,
        "/village/findings",
        standing(finding) if finding else empty,
        options={"group": groups},
        without=[*said, *(OF_NEWCOMER if household else ()), *([] if enters else OF_CLERK)],
    )


@router.post("/findings")
def report_finding(
    session: Transaction, actor: Who, today: Today, form: Annotated[ReportForm, FromPage()]
) -> Response:
    """A leader's is the group's report; a clerk's the village's own, or entered for a leader."""
    own, village, month, draft = led_by(actor), form.village, form.month, form.draft
    after = f"/village/?month={month}" if own else f"/village/villages/{village}/{month}"
    if group_of(actor) and not own:  # a grid worker sees his group, not the village's month
        after = f"/village/findings?month={month}"
    if form.urgent:
        screening_commands.report_urgent(session, village, month, draft, actor=actor, on=today)
        return done(after, "已按紧急情况上报，请乡镇当天签发。")
    if own or form.for_leader:
        group = own or _group_of(session, form)
        screening_commands.report_group(
            session, village, group, month, nil=False, findings=[draft], actor=actor, on=today
        )
        return done(after, "已登记。村里审核后上报。")
    finding = commands.add_finding(session, village, month, draft, actor=actor, on=today)
    return done(after, f"已登记。{_then(session, finding)}")


def _then(session: Session, finding: Finding) -> str:
    """What has to be done with what a village entered itself."""
    if finding.already_reported:
        return "这一户的紧急情况已经报县，名单里会注明。"
    if finding.village_agreed is None and not finding.lacking:
        return "村里审核后上报。"
    if finding.lacking:
        return f"还要补填{'、'.join(finding.lacking)}，审核后才能上报。"
    row = months_queries.reporter(session, finding.month, Reporter.VILLAGE, finding.village)
    return "本月名单已经上报，请再作为补充名单上报。" if row.reported else "上报名单时一起报乡镇。"


@router.get("/findings/{finding}")
def finding(finding: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    row = queries.finding(session, finding)
    policy.require(actor, "finding", row)
    notices = outcomes_queries.notices_about(session, row.household)
    path = f"/village/findings/{row.id}"
    fates = outcomes_queries.fates_of(session, [row])[row.id]
    initial = {"risk_point": row.risk_point, "matter": row.matter, "reason": row.village_reason}
    return page(
        request,
        "finding.html",
        finding=row,
        veil=veil_of(register_policy, actor, row, telephone="telephone"),
        FindingDraft=FindingDraft,
        elsewhere=ELSEWHERE,
        names=directory.names(session),
        causes=RiskCause,
        household=register_queries.household(session, row.household),
        versions=queries.versions(session, row.id),
        mendable=_may_mend(actor, row),
        fates=fates,
        end=outcomes_queries.end_of(row, fates),
        notices=notices,
        sources=directory.source_names(session, [notice.source for notice in notices]),
        review=fill(request, ReviewForm, f"{path}/review", initial),
        recheck=fill(request, VerdictForm, f"{path}/recheck"),
    )


@router.post("/findings/{finding}/review")
def review_finding(
    finding: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ReviewForm, FromPage()],
) -> Response:
    row = commands.review_finding(session, finding, form, actor=actor, on=today)
    return done(
        f"/village/villages/{row.village}/{row.month}",
        "已审核。" if form.agreed else "已注明不同意上报的原因。",
    )


@router.post("/findings/{finding}/recheck")
def recheck_finding(
    finding: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[VerdictForm, FromPage()],
) -> Response:
    row = commands.recheck_finding(
        session, finding, agreed=form.agreed, reason=form.reason, actor=actor, on=today
    )
    return done(
        f"/village/townships/{row.township}/{row.month}",
        "已复核。" if form.agreed else "已注明不同意上报的原因。",
    )


@router.post("/findings/{finding}/signature")
def sign_urgent(finding: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.sign_urgent(session, finding, actor=actor, on=today)
    return done(
        f"/village/findings/{finding}", "紧急情况已签发报县。县里核实后，结果会显示在这里。"
    )


def _group_of(session: Transaction, form: ReportForm) -> str:
    """The group whose leader reported: the household's, else the one that was chosen."""
    household = register_queries.household(session, form.household) if form.household else None
    return (household.group if household else None) or form.group or ""
