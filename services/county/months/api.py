"""Doors of the month."""

from kit.web import Today, Transaction, Who
from services.county.months import commands
from services.county.months.forms import MonthForm
from services.county.months.policy import policy
from services.county.months.views import MonthOut

router = policy.router()


@router.post("/months")
def open_month(body: MonthForm, session: Transaction, actor: Who, today: Today) -> MonthOut | None:
    """Idempotent; null when there is nobody to expect yet."""
    opened = commands.open_month(session, body.month, on=today, actor=actor)
    return MonthOut.model_validate(opened) if opened else None
