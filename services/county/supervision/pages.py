"""A supervision team's page, for the phone."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session

from kit.errors import NotFound
from kit.forms import fill
from kit.forms.filling import Filled
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth, month_of
from schemas.codes import Level, Role, Timeliness
from services.county.directory import queries as directory_queries
from services.county.months import queries as months_queries
from services.county.organisation import queries as organisation_queries
from services.county.organisation.models import Team
from services.county.reporters import queries as reporters_queries
from services.county.reporters.models import ReporterKind
from services.county.supervision import commands, queries
from services.county.supervision.forms import DroppedForm, NotedForm, SentForm
from services.county.supervision.policy import RECEIVERS, policy

router = policy.router()
DONE = (Timeliness.ON_TIME, Timeliness.LATE)


@router.get("/supervision")
def teams(request: Request, session: Transaction, actor: Who, today: Today) -> Response:
    """All teams with their plan; a team's leader is led to the team's own page."""
    if actor.role is Role.SUPERVISOR:
        return done(f"/county/supervision/{actor.place}")
    teams, month = organisation_queries.teams(session), month_of(today)
    states = {
        team.code: reporters_queries.reporter_month(session, month, ReporterKind.TEAM, team.code)
        for team in teams
    }
    return page(
        request,
        "teams.html",
        teams=teams,
        states=states,
        month=month,
        names=directory_queries.names(session, [code for team in teams for code in team.townships]),
    )


@router.get("/supervision/{code}")
def team(
    request: Request,
    code: str,
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
) -> Response:
    team, shown = organisation_queries.team(session, code), month or month_of(today)
    if team is None:
        raise NotFound("没有这个督导组。")
    policy.require(actor, "team", team)
    state = reporters_queries.reporter_month(session, shown, ReporterKind.TEAM, code)
    villages = _villages(session, team)
    path = f"/county/supervision/{code}"
    drafts = queries.drafts(session, code, shown)
    return page(
        request,
        "team.html",
        team=team,
        month=shown,
        opened=months_queries.month(session, shown),
        state=state,
        reported_before=state is not None and state.timeliness in DONE,
        drafts=drafts,
        reported=queries.reported(session, code, shown),
        names=villages | directory_queries.names(session, team.townships),
        noting=_noting(request, f"{path}/findings", shown, villages),
        sending=fill(
            request,
            SentForm,
            f"{path}/report",
            {"month": shown, "nil": True},
            without=["nil"] if drafts else [],
        ),
    )


def _noting(request: Request, to: str, month: str, villages: dict[str, str]) -> Filled:
    """The form for a finding; the day is today's."""
    return fill(
        request,
        NotedForm,
        to,
        {"month": month},
        options={"village": villages},
        widgets={"village": "select"},
        without=["found_on"],
    )


def _villages(session: Session, team: Team) -> dict[str, str]:
    """Code → name of all villages, those of the team's own townships first."""
    villages = directory_queries.divisions(session, Level.VILLAGE)
    nearest = sorted(
        villages, key=lambda village: (village.parent not in team.townships, village.code)
    )
    return {village.code: village.name for village in nearest}


@router.post("/supervision/{code}/findings")
def add_supervision_finding(
    code: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[NotedForm, FromPage()],
) -> Response:
    commands.add_supervision_finding(session, code, form.month, form, actor=actor, on=today)
    return done(f"/county/supervision/{code}?month={form.month}", "已记下，还没有上报。")


@router.post("/supervision/findings/{draft}/removal")
def drop_supervision_finding(
    draft: str, session: Transaction, actor: Who, form: Annotated[DroppedForm, FromPage()]
) -> Response:
    commands.drop_supervision_finding(session, draft, actor=actor)
    return done(f"/county/supervision/{form.code}?month={form.month}", "已删除。")


@router.post("/supervision/{code}/report")
def report_supervision(
    code: str, session: Transaction, actor: Who, today: Today, form: Annotated[SentForm, FromPage()]
) -> Response:
    event = commands.report_supervision(
        session,
        code,
        form.month,
        nil=form.nil,
        receipt=form.receipt(today, actor=actor, receivers=RECEIVERS),
        actor=actor,
        on=today,
    )
    words = "零报告" if event.nil else f"{len(event.findings)}户"
    return done(
        f"/county/supervision/{code}?month={form.month}",
        f"已上报：{words}{'（迟报）' if event.late else ''}。",
    )
