"""Units and helpers; a helper who leaves hands the households over."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.web import Today, Transaction, Who, done, page
from schemas.codes import Role
from services.unit import scopes
from services.unit.organisation import commands, queries

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/organisation")
def organisation(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    seen = [one for one in queries.units(session) if scopes.may_see_unit(session, actor, one.code)]
    return page(
        request,
        "organisation.html",
        units=[(one, queries.helpers_of(session, one.code)) for one in seen],
        households=queries.households_of_helpers(session),
        may_transfer=actor.role in (Role.UNIT_CLERK, Role.COUNTY_CLERK, Role.ADMINISTRATOR),
    )


@router.post("/transfers")
def transfer_helper(
    session: Transaction, actor: Who, today: Today, helper: Text, to: Text, reason: Text = ""
) -> RedirectResponse:
    moved = commands.transfer_helper(session, helper, to, reason=reason, actor=actor, on=today)
    return done("/unit/organisation", f"已移交{moved}户。")
