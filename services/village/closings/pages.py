"""Groups, villages and townships that end, and what is open there."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from kit.closing import ClosingForm, ReopeningForm
from kit.closing.pages import Asked, closings_page
from kit.dates import show_month
from kit.web import Today, Transaction, Who, done
from services.village.closings import commands, queries
from services.village.closings.policy import policy

router = policy.router()
PAGE = "/village/closings"


@router.get("/closings")
def closings(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[Asked, Query()],
) -> HTMLResponse:
    entry = None
    if asked.kind and asked.code:
        division = commands.division_of(session, asked.kind, asked.code)
        policy.require(actor, "close_place", division)
        entry = commands.place(session, asked.kind, asked.code)
    elif asked.above:
        policy.require(actor, "closings", commands.division_of(session, "", asked.above))
    return closings_page(
        request,
        session,
        to=PAGE,
        kinds=queries.KINDS,
        offered=[] if entry else queries.below(session, asked.above or actor.place),
        visible=queries.visible(session, actor),
        on=today,
        entry=entry,
        successors=queries.successors(session, entry) if entry else None,
        notes=queries.notes(session, entry) if entry else (),
    )


@router.post("/closings")
def close_place(
    session: Transaction, actor: Who, today: Today, form: Annotated[ClosingForm, FromPage()]
) -> Response:
    entry = commands.close_place(session, form, actor=actor, on=today)
    return done(PAGE, f"已登记：{entry.name}报到{show_month(form.last_month)}。")


@router.post("/closings/undo")
def reopen_place(
    session: Transaction, actor: Who, today: Today, form: Annotated[ReopeningForm, FromPage()]
) -> Response:
    entry = commands.reopen_place(session, form, actor=actor, on=today)
    return done(PAGE, f"已恢复{entry.name}。")
