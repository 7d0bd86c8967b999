"""A finding: entered, looked at, and what became of it."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from schemas.codes import RiskCause
from services.village import directory
from services.village.findings import commands, queries
from services.village.findings.forms import (
    FindingDraft,
    NewcomerReportForm,
    ReportForm,
    ReviewForm,
    VerdictForm,
)
from services.village.findings.policy import policy
from services.village.months import queries as months_queries
from services.village.outcomes import queries as outcomes_queries
from services.village.places import Place, group_of
from services.village.register import queries as register_queries
from services.village.screening import commands as screening_commands

router = policy.router()
# What the page of a finding says at its head, or in what became of it.
ELSEWHERE = ("household", "newcomer", "phone", "size", "severity", "found_on", "screened_by")
# What a report asks of somebody who is not in the register, and of whoever is no leader.
OF_NEWCOMER = ("name", "id_number", "group", "phone", "size")
OF_CLERK = ("group", "other", "for_leader")


@router.get("/findings/new")
def new_finding(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    household: Annotated[str, Query(title="农户")] = "",
    village: Annotated[str, Query(title="村")] = "",
) -> HTMLResponse:
    """For a household of the register, or (a village without one) for somebody who is not in it."""
    row = register_queries.household(session, household) if household else None
    policy.require(actor, "new_finding", row or Place(village, group_of(actor), session))
    village = row.village if row else village
    month = months_queries.latest_month(session, today)
    leader = group_of(actor) is not None
    groups = {group.code: group.code for group in register_queries.groups(session, village)}
    return page(
        request,
        "finding_new.html",
        household=row,
        village=village,
        names=directory.names(session),
        month=month,
        leader=leader,
        form=fill(
            request,
            ReportForm if row else NewcomerReportForm,
            "/village/findings",
            {
                "village": village,
                "month": month.month if month else None,
                "household": row.id if row else None,
            },
            options={"group": groups},
            without=["note", *(OF_NEWCOMER if row else ()), *(OF_CLERK if leader else ())],
        ),
    )


@router.post("/findings")
def report_finding(
    session: Transaction, actor: Who, today: Today, form: Annotated[ReportForm, FromPage()]
) -> Response:
    """A leader's is the group's report; a clerk's the village's own, or entered for a leader."""
    own, village, month, draft = group_of(actor), form.village, form.month, form.draft
    after = "/village/" if own else f"/village/villages/{village}/{month}"
    if form.urgent:
        screening_commands.report_urgent(session, village, month, draft, actor=actor, on=today)
        return done(after, "已按紧急情况上报，请乡镇当天签发。")
    if own or form.for_leader:
        group = own or _group_of(session, form)
        screening_commands.report_group(
            session, village, group, month, nil=False, findings=[draft], actor=actor, on=today
        )
    else:
        commands.add_finding(session, village, month, draft, actor=actor, on=today)
    then = "村里审核后上报。" if own else "名单上报时一起报乡镇。"
    return done(after, f"已登记。{then}")


@router.get("/findings/{finding}")
def finding(finding: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    row = queries.finding(session, finding)
    policy.require(actor, "finding", row)
    notices = outcomes_queries.notices_about(session, row.household)
    path = f"/village/findings/{row.id}"
    initial = {"risk_point": row.risk_point, "matter": row.matter, "reason": row.village_reason}
    return page(
        request,
        "finding.html",
        finding=row,
        FindingDraft=FindingDraft,
        elsewhere=ELSEWHERE,
        names=directory.names(session),
        causes=RiskCause,
        household=register_queries.household(session, row.household),
        fates=outcomes_queries.fate_of(session, row),
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
