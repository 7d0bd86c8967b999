"""Teams that end, and what is open there."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from kit.closing import ClosingForm, ReopeningForm
from kit.closing.pages import Asked, closings_page
from kit.dates import show_month
from kit.web import Today, Transaction, Who, done
from services.county.closings import commands, queries
from services.county.closings.policy import policy

router = policy.router()
PAGE = "/county/closings"


@router.get("/closings")
def closings(
    request: Request, session: Transaction, today: Today, asked: Annotated[Asked, Query()]
) -> HTMLResponse:
    teams = queries.teams(session)
    entry = queries.team(session, asked.kind, asked.code) if asked.kind and asked.code else None
    return closings_page(
        request,
        session,
        to=PAGE,
        kinds=queries.KINDS,
        offered=[] if entry else teams,
        visible=queries.closings(session),
        on=today,
        entry=entry,
        successors={team.code: team.name for team in teams if team != entry},
        notes=queries.notes(session, entry) if entry else (),
    )


@router.post("/closings")
def close_team(
    session: Transaction, actor: Who, today: Today, form: Annotated[ClosingForm, FromPage()]
) -> Response:
    team = commands.close_team(session, form, actor=actor, on=today)
    return done(PAGE, f"已登记：{team.name}报到{show_month(form.last_month)}。")


@router.post("/closings/undo")
def reopen_team(
    session: Transaction, actor: Who, today: Today, form: Annotated[ReopeningForm, FromPage()]
) -> Response:
    team = commands.reopen_team(session, form, actor=actor, on=today)
    return done(PAGE, f"已恢复{team.name}。")
