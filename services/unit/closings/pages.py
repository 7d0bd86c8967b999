"""Units that end, and what is open there."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from kit.closing import ClosingForm, ReopeningForm
from kit.closing.pages import Asked, closings_page
from kit.dates import show_month
from kit.web import Today, Transaction, Who, done
from services.unit.closings import commands, queries
from services.unit.closings.policy import policy

router = policy.router()
PAGE = "/unit/closings"


@router.get("/closings")
def closings(
    request: Request, session: Transaction, today: Today, asked: Annotated[Asked, Query()]
) -> HTMLResponse:
    units = queries.units(session)
    entry = queries.unit(session, asked.kind, asked.code) if asked.kind and asked.code else None
    return closings_page(
        request,
        session,
        to=PAGE,
        kinds=queries.KINDS,
        offered=[] if entry else units,
        visible=queries.closings(session),
        on=today,
        entry=entry,
        successors={unit.code: unit.name for unit in units if unit != entry},
        notes=queries.notes(session, entry) if entry else (),
    )


@router.post("/closings")
def close_unit(
    session: Transaction, actor: Who, today: Today, form: Annotated[ClosingForm, FromPage()]
) -> Response:
    unit = commands.close_unit(session, form, actor=actor, on=today)
    return done(PAGE, f"已登记：{unit.name}报到{show_month(form.last_month)}。")


@router.post("/closings/undo")
def reopen_unit(
    session: Transaction, actor: Who, today: Today, form: Annotated[ReopeningForm, FromPage()]
) -> Response:
    unit = commands.reopen_unit(session, form, actor=actor, on=today)
    return done(PAGE, f"已恢复{unit.name}。")
