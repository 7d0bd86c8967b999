"""JSON doors: translate, and own the transaction."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from kit.errors import Refused
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.village import scopes
from services.village.months import commands, queries, rules
from services.village.months.forms import ExemptionIn, MonthIn
from services.village.months.models import Month, ReporterMonth
from services.village.months.rules import Reporter
from services.village.months.views import ReporterOut

router = APIRouter()


class MonthOut(BaseModel, from_attributes=True):
    month: str
    opened_on: date
    group_due: date
    village_due: date
    township_due: date
    pack: str


class MonthStatus(MonthOut):
    groups: list[ReporterOut]
    villages: list[ReporterOut]
    townships: list[ReporterOut]


@router.post("/months", response_model=MonthOut, status_code=201)
def open_month(body: MonthIn, session: Transaction, actor: Who, today: Today) -> Month:
    opened = commands.open_month(session, body.month, on=today, actor=actor)
    if opened is None:
        raise Refused("还没有区划和村民小组,不知道谁应报送。请先导入区划表和村民小组长名册。")
    return opened


@router.get("/months/{month}")
def month_status(month: YearMonth, session: Transaction, actor: Who) -> MonthStatus:
    """Every reporter's state, as far as the actor may see."""
    found, scope = queries.month_named(session, month), scopes.scope_of(actor)

    def states(kind: Reporter, group: str | None = None) -> list[ReporterOut]:
        rows = queries.reporters(session, found.month, kind, scope.prefix, group)
        return [ReporterOut.model_validate(row) for row in rows]

    return MonthStatus(
        **MonthOut.model_validate(found).model_dump(),
        groups=states(Reporter.GROUP, scope.group),
        villages=states(Reporter.VILLAGE),
        townships=states(Reporter.TOWNSHIP),
    )


@router.post("/exemptions", response_model=ReporterOut, status_code=201)
def exempt_reporter(
    body: ExemptionIn, session: Transaction, actor: Who, today: Today
) -> ReporterMonth:
    kind, code = rules.reporter_at(body.division, body.group)
    return commands.exempt_reporter(
        session, body.month, kind, code, reason=body.reason, actor=actor, on=today
    )
