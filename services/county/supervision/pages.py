"""A supervision team's page, for the phone."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.errors import Forbidden, NotFound, Refused
from kit.web import Today, Transaction, Who, done, page
from rulebook.cells import Unclear, id_number
from rulebook.months import AnyYearMonth, Day, YearMonth, month_of
from schemas.codes import RiskCause, Role, Severity
from schemas.values import Receipt
from services.county.cases.rules import COUNTY_ROLES
from services.county.directory import queries as directory_queries
from services.county.ledger import queries as ledger_queries
from services.county.months import queries as months_queries
from services.county.organisation import queries as organisation_queries
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind
from services.county.supervision import commands, queries
from services.county.supervision.commands import FindingDraft

router = APIRouter()


@router.get("/supervision")
def teams(request: Request, session: Transaction, actor: Who, today: Today) -> Response:
    """All teams with their plan; a team's leader is led to the team's own page."""
    if actor.role is Role.SUPERVISOR:
        return done(f"/county/supervision/{actor.place}")
    actor.require(*COUNTY_ROLES, deed="查看督导组")
    found, month = organisation_queries.teams(session), month_of(today)
    states = {
        team.code: reporters_queries.reporter_month(session, month, ReporterKind.TEAM, team.code)
        for team in found
    }
    return page(
        request,
        "teams.html",
        teams=found,
        states=states,
        month=month,
        names=directory_queries.names(session, [code for team in found for code in team.townships]),
    )


@router.get("/supervision/{code}")
def team(
    request: Request,
    code: str,
    session: Transaction,
    actor: Who,
    today: Today,
    month: AnyYearMonth = "",
) -> Response:
    if actor.role not in COUNTY_ROLES and not (
        actor.role is Role.SUPERVISOR and actor.place == code
    ):
        raise Forbidden("只能查看本督导组的内容。")
    found, shown = organisation_queries.team(session, code), month or month_of(today)
    if found is None:
        raise NotFound("没有这个督导组。")
    villages = ledger_queries.villages(session)
    return page(
        request,
        "team.html",
        team=found,
        month=shown,
        opened=months_queries.month(session, shown),
        state=reporters_queries.reporter_month(session, shown, ReporterKind.TEAM, code),
        drafts=queries.drafts(session, code, shown),
        reported=queries.reported(session, code, shown),
        villages=sorted(villages, key=lambda one: (one.parent not in found.townships, one.code)),
        causes=list(RiskCause),
        cause=RiskCause,
        names=directory_queries.names(session, [*found.townships, *(one.code for one in villages)]),
        may=actor.role in (Role.SUPERVISOR, Role.COUNTY_CLERK),
        clerk=actor.role is Role.COUNTY_CLERK,
    )


@router.post("/supervision/{code}/findings")
def add_supervision_finding(
    code: str,
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[YearMonth, Form()],
    village: Annotated[str, Form()],
    head_name: Annotated[str, Form()],
    problem: Annotated[str, Form()],
    cause: Annotated[list[RiskCause], Form()],
    advice: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    urgent: Annotated[bool, Form()] = False,
) -> Response:
    try:
        checked = id_number(number) if number.strip() else None
    except Unclear as error:
        raise Refused(f"{error}。") from None
    draft = FindingDraft(
        village,
        head_name,
        tuple(cause),
        problem,
        advice,
        checked,
        Severity.URGENT if urgent else Severity.ORDINARY,
    )
    commands.add_supervision_finding(session, code, month, draft, actor=actor, on=today)
    return done(f"/county/supervision/{code}?month={month}", "已记下,还没有上报。")


@router.post("/supervision/findings/{draft}/removal")
def drop_supervision_finding(
    draft: str,
    session: Transaction,
    actor: Who,
    code: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
) -> Response:
    commands.drop_supervision_finding(session, draft, actor=actor)
    return done(f"/county/supervision/{code}?month={month}", "已删除。")


@router.post("/supervision/{code}/report")
def report_supervision(
    code: str,
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[YearMonth, Form()],
    nil: Annotated[bool, Form()] = False,
    received_on: Annotated[Day | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
) -> Response:
    receipt = Receipt(on=today)
    if received_on:
        receipt = commands.late_entry(received_on, reason, written_on=None, on=today)
    event = commands.report_supervision(
        session, code, month, nil=nil, receipt=receipt, actor=actor, on=today
    )
    words = "零报告" if event.nil else f"{len(event.findings)}户"
    return done(
        f"/county/supervision/{code}?month={month}",
        f"已上报:{words}{'(迟报)' if event.late else ''}。",
    )
