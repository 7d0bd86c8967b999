"""The month for programs: opening it, who has reported, and exemptions."""

from fastapi import Response

from kit.errors import Refused
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.village.months import commands, queries, rules
from services.village.months.forms import ExemptionForm, MonthForm
from services.village.months.models import Month, ReporterMonth
from services.village.months.policy import policy
from services.village.months.rules import Reporter
from services.village.months.views import MonthOut, MonthStatus, ReporterOut

router = policy.router()


@router.post(
    "/months",
    response_model=MonthOut,
    status_code=201,
    responses={200: {"description": "It was open already."}},
)
def open_month(
    body: MonthForm, session: Transaction, actor: Who, today: Today, response: Response
) -> Month:
    """Open a month, also one that has passed: then nobody is reminded or named for a day before
    today, and no other month opens. 200: it was open already.
    """
    if queries.is_open(session, body.month):
        response.status_code = 200
    opened = commands.open_month(session, body.month, on=today, actor=actor)
    if opened is None:
        raise Refused("还没有区划和村民小组，不知道谁应报送。请先导入区划表和村民小组长名册。")
    return opened


@router.get("/months/{month}")
def month_status(month: YearMonth, session: Transaction, actor: Who) -> MonthStatus:
    """Every reporter's state, as far as the actor may see."""
    opened = queries.month_named(session, month)

    def states(kind: Reporter) -> list[ReporterOut]:
        rows = queries.reporters(session, opened.month, kind, visible=queries.seen_by(actor))
        return [ReporterOut.model_validate(row) for row in rows]

    return MonthStatus(
        month=opened.month,
        opened_on=opened.opened_on,
        group_due=opened.group_due,
        village_due=opened.village_due,
        township_due=opened.township_due,
        pack=opened.pack,
        closed_on=opened.closed_on,
        groups=states(Reporter.GROUP),
        villages=states(Reporter.VILLAGE),
        townships=states(Reporter.TOWNSHIP),
    )


@router.post("/exemptions", response_model=ReporterOut, status_code=201)
def exempt_reporter(
    body: ExemptionForm, session: Transaction, actor: Who, today: Today
) -> ReporterMonth:
    kind, code = rules.reporter_at(body.division, body.group)
    return commands.exempt_reporter(
        session, body.month, kind, code, reason=body.reason, actor=actor, on=today
    )
