"""Units and helpers; a helper who leaves hands the households over."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.web import Today, Transaction, Who, done, page
from services.unit.organisation import commands, queries
from services.unit.organisation.forms import TransferForm
from services.unit.organisation.policy import policy

router = policy.router()


@router.get("/organisation")
def organisation(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    return page(
        request,
        "organisation.html",
        units=[
            (unit, queries.helpers_of(session, unit.code)) for unit in queries.units(session, actor)
        ],
        households=queries.households_of_helpers(session),
    )


@router.post("/transfers")
def transfer_helper(
    form: Annotated[TransferForm, Form()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    moved = commands.transfer_helper(
        session, form.helper, form.to, reason=form.reason, actor=actor, on=today
    )
    return done("/unit/organisation", f"已移交{moved}户。")
