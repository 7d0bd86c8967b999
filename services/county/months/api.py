"""Doors of the month."""

from fastapi import Response

from kit.web import Today, Transaction, Who
from services.county.months import commands, queries
from services.county.months.forms import MonthForm
from services.county.months.policy import policy
from services.county.months.views import MonthOut

router = policy.router()


@router.post("/months", responses={201: {"description": "It was opened."}})
def open_month(
    body: MonthForm, session: Transaction, actor: Who, today: Today, response: Response
) -> MonthOut | None:
    """Open a month, also one that has passed: then nobody is reminded or named for a day before
    today, and no other month opens. 200: it was open already, or (null) there is nobody to expect.
    """
    was_open = queries.is_open(session, body.month)
    opened = commands.open_month(session, body.month, on=today, actor=actor)
    if opened and not was_open:
        response.status_code = 201
    return MonthOut.model_validate(opened) if opened else None
