"""JSON doors: translate, and own the transaction."""

from fastapi import Response

from kit.errors import Refused
from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.unit.lists.views import ListOut
from services.unit.months import commands, queries
from services.unit.months.forms import ExemptionForm, MonthForm
from services.unit.months.policy import policy
from services.unit.months.views import ExemptedOut, MonthOut, MonthStatus, UnitStatusOut

router = policy.router()


@router.post("/months", status_code=201, responses={200: {"description": "It was open already."}})
def open_month(
    body: MonthForm, session: Transaction, actor: Who, today: Today, response: Response
) -> MonthOut:
    """Open a month, also one that has passed: then nobody is reminded or named for a day before
    today, and no other month opens. 200: it was open already.
    """
    if queries.is_open(session, body.month):
        response.status_code = 200
    month = commands.open_month(session, body.month, on=today, actor=actor)
    if month is None:
        return MonthOut(month=body.month, opened=False)
    return MonthOut(
        month=month.month, opened=True, visit_due=month.visit_due, report_due=month.report_due
    )


@router.get("/months/{month}")
def month_status(month: YearMonth, session: Transaction, actor: Who) -> MonthStatus:
    opened = queries.month(session, month)
    return MonthStatus(
        month=month,
        opened=True,
        visit_due=opened.visit_due,
        report_due=opened.report_due,
        units=[
            UnitStatusOut(
                unit=status.unit,
                name=status.name,
                timeliness=status.timeliness,
                content=status.content,
                required=status.progress.required,
                contacted=status.progress.contacted,
                unreached=status.progress.unreached,
                neglected=status.progress.neglected,
                exempt_reason=status.exempt_reason,
                lists=[ListOut.model_validate(sent) for sent in status.lists],
            )
            for status in queries.unit_statuses(session, month, actor=actor)
        ],
    )


@router.post("/exemptions", status_code=201)
def exempt(body: ExemptionForm, session: Transaction, actor: Who, today: Today) -> ExemptedOut:
    if bool(body.unit) == bool(body.household):
        raise Refused("请写明免除哪个单位，或者哪一户。")
    if body.unit:
        commands.exempt_unit(
            session, body.unit, body.month, reason=body.reason, actor=actor, on=today
        )
    else:
        commands.exempt_household(
            session, body.household or "", body.month, reason=body.reason, actor=actor, on=today
        )
    return ExemptedOut(
        month=body.month, exempted=body.unit or body.household or "", reason=body.reason
    )
