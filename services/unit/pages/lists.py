"""The unit's month: who is not contacted, what is to be completed, send, sign, print."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kit.documents import DOCX, XLSX, attachment
from kit.errors import Forbidden, NotFound
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth, YearMonth
from schemas.codes import Role
from services.unit import commands, queries
from services.unit.rules import ContactState

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/units/{unit}")
def unit(
    unit: str,
    request: Request,
    session: Transaction,
    actor: Who,
    month: AnyYearMonth = "",
    helper: str = "",
) -> HTMLResponse:
    if not queries.may_see_unit(session, actor, unit):
        raise Forbidden("只能查看本单位的情况。")
    opened = queries.month(session, month) if month else queries.latest_month(session)
    if opened is None:
        return page(request, "unit_empty.html", unit=queries.unit(session, unit))
    contacts = queries.contacts(session, opened.month, unit=unit)
    status = next(iter(queries.unit_statuses(session, opened.month, unit)), None)
    return page(
        request,
        "unit.html",
        unit=queries.unit(session, unit),
        month=opened,
        months=queries.months(session),
        state=status,
        helper=helper,
        contacts=[one for one in contacts if one.required and helper in ("", one.helper)],
        neglected=queries.households_not_contacted(session, opened.month, unit=unit),
        unreached=[one for one in contacts if one.required and one.state is ContactState.UNREACHED],
        findings=queries.finding_views(session, actor, month=opened.month, unit=unit),
        reminders=queries.reminders_of(session, unit, opened.month),
        helpers=queries.helpers_of(session, unit),
        may_submit=actor.role in (Role.UNIT_CLERK, Role.COUNTY_CLERK),
        may_sign=actor.role is Role.UNIT_HEAD,
        may_exempt=actor.role is Role.COUNTY_CLERK,
    )


@router.get("/lists/{unit}/{month}")
def roster(
    unit: str, month: YearMonth, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    """汇总名单: what the head signs, list and supplements, printable."""
    if not queries.may_see_unit(session, actor, unit):
        raise Forbidden("只能查看本单位的名单。")
    lists = queries.lists_of(session, unit, month)
    if not lists:
        raise NotFound("本月还没有报送名单;请先由经办人报送。")
    return page(
        request,
        "roster.html",
        unit=queries.unit(session, unit),
        month=queries.month(session, month),
        lists=[(one, queries.finding_views(session, actor, list_id=one.id)) for one in lists],
        progress=queries.progress_of(session, unit, month),
        may_sign=actor.role is Role.UNIT_HEAD and any(one.signed_on is None for one in lists),
    )


@router.get("/lists/{unit}/{month}/roster.{kind}")
def roster_file(
    unit: str, month: YearMonth, kind: Literal["xlsx", "docx"], session: Transaction, actor: Who
) -> Response:
    """汇总名单 as a file."""
    if not queries.may_see_unit(session, actor, unit):
        raise Forbidden("只能查看本单位的名单。")
    if not queries.lists_of(session, unit, month):
        raise NotFound("本月还没有报送名单;请先由经办人报送。")
    make = queries.roster_workbook if kind == "xlsx" else queries.roster_letter
    headers = attachment(f"{queries.unit(session, unit).name}-{month}-汇总名单.{kind}")
    return Response(
        make(session, actor, unit, month),
        media_type=XLSX if kind == "xlsx" else DOCX,
        headers=headers,
    )


@router.post("/lists")
def submit_list(
    session: Transaction,
    actor: Who,
    today: Today,
    unit: Text,
    month: Annotated[YearMonth, Form()],
    nil: Text = "",
) -> RedirectResponse:
    answer = commands.submit_list(session, unit, month, nil=nil == "yes", actor=actor, on=today)
    left = f"待补充的没有随名单报送:{'、'.join(answer.left_behind)}。" if answer.left_behind else ""
    return done(f"/unit/lists/{unit}/{month}", f"已报送,请主要领导签发。{left}")


@router.post("/lists/{unit}/{month}/signature")
def sign_list(
    unit: str, month: YearMonth, session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    signed = commands.sign_list(session, unit, month, actor=actor, on=today)
    late = "(迟报)" if any(one.late for one in signed) else ""
    return done(f"/unit/lists/{unit}/{month}", f"已签发报县{late}。")


@router.post("/exemptions")
def exempt(
    session: Transaction,
    actor: Who,
    today: Today,
    unit: Text,
    month: Annotated[YearMonth, Form()],
    reason: Text = "",
    household: Text = "",
) -> RedirectResponse:
    """Of the unit, or of one household."""
    if household:
        commands.exempt_household(session, household, month, reason=reason, actor=actor, on=today)
    else:
        commands.exempt_unit(session, unit, month, reason=reason, actor=actor, on=today)
    return done(f"/unit/units/{unit}?month={month}", "已登记免除和原因。")
