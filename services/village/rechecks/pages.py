"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from kit.web import Today, Transaction, Who, done, page
from services.village import scopes
from services.village.outcomes import queries as outcomes_queries
from services.village.rechecks import commands, queries
from services.village.register import queries as register_queries

router = APIRouter()


@router.get("/rechecks/{case}")
def recheck(case: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    found = queries.open_recheck(session, case)
    scopes.look(actor, found.village)
    return page(
        request,
        "recheck.html",
        recheck=found,
        household=register_queries.household(session, found.household),
        names=register_queries.names(session),
        orders=outcomes_queries.orders_of(session, case),
    )


@router.post("/rechecks/{case}/answer")
def answer_recheck(
    case: str,
    session: Transaction,
    actor: Who,
    today: Today,
    still_at_risk: Annotated[bool, Form()],
    note: Annotated[str, Form()] = "",
) -> Response:
    commands.answer_recheck(
        session, case, still_at_risk=still_at_risk, note=note, actor=actor, on=today
    )
    return done(f"/village/rechecks/{case}", "已答复县里。")
