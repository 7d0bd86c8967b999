"""Doors of a month's reporters."""

from kit.dates import show_month
from kit.errors import NotFound
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.months import queries as months_queries
from services.county.months.views import MonthOut
from services.county.reporters import commands, queries
from services.county.reporters.forms import ExemptionForm
from services.county.reporters.policy import policy
from services.county.reporters.views import MonthStatusOut, tier_out

router = policy.router()


@router.get("/months/{month}")
def month(month: YearMonth, session: Transaction, actor: Who, today: Today) -> MonthStatusOut:
    """Every tier's state: numerator and denominator, and each reporter's month."""
    opened = months_queries.month(session, month)
    if opened is None:
        raise NotFound(f"{show_month(month)}还没有开始。")
    tiers = queries.month_status(session, month, actor, today)
    return MonthStatusOut(month=MonthOut.model_validate(opened), tiers=[*map(tier_out, tiers)])


@router.post("/months/{month}/exemptions", status_code=204)
def exempt_team(
    month: YearMonth, body: ExemptionForm, session: Transaction, actor: Who, today: Today
) -> None:
    commands.exempt_team(session, body.team, month, reason=body.reason, actor=actor, on=today)
