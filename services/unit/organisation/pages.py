"""Units and helpers; a helper who leaves hands the households over."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.forms import fill
from kit.forms.filling import Filled
from kit.web import Today, Transaction, Who, done, page
from services.unit.organisation import commands, queries
from services.unit.organisation.forms import TransferOnPage
from services.unit.organisation.models import Helper, Unit
from services.unit.organisation.policy import policy

router = policy.router()


@router.get("/organisation")
def organisation(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    units = [
        (unit, queries.helpers_of(session, unit.code)) for unit in queries.units(session, actor)
    ]
    takers, ended = queries.takers(session, actor), queries.ended(session)
    return page(
        request,
        "organisation.html",
        units=[
            (unit, helpers, _transfer(request, unit, helpers, takers if unit.code in ended else {}))
            for unit, helpers in units
        ],
        households=queries.households_of_helpers(session),
    )


def _transfer(
    request: Request, unit: Unit, helpers: Sequence[Helper], takers: Mapping[str, str]
) -> Filled | None:
    """`takers`: of a unit that ended, helpers of the others; else a colleague takes the households.
    None when nobody can.
    """
    names = {helper.code: helper.name for helper in helpers}
    to = takers or names
    if not names or (to.keys() == names.keys() and len(to) < 2):
        return None
    return fill(
        request,
        TransferOnPage,
        "/unit/transfers",
        {"unit": unit.code},
        options={"helper": names, "to": to},
        id=unit.code,
    )


@router.post("/transfers")
def transfer_helper(
    form: Annotated[TransferOnPage, Form()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    moved = commands.transfer_helper(
        session, form.helper, form.to, reason=form.reason, actor=actor, on=today
    )
    return done("/unit/organisation", f"已移交{moved}户。")
