"""The unit's month: who is not contacted, what is to be completed, send, sign, print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from kit.forms import fill
from kit.forms.filling import Filled
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth, YearMonth
from rulebook.types import Short
from services.unit.documents import total
from services.unit.findings import queries as findings_queries
from services.unit.lists import commands, documents, queries
from services.unit.lists.forms import ListForm
from services.unit.lists.policy import policy
from services.unit.lists.queries import Review
from services.unit.months import queries as months_queries
from services.unit.months.forms import ExemptionForm
from services.unit.months.models import UnitMonth
from services.unit.months.queries import UnitStatus
from services.unit.organisation import queries as organisation_queries
from services.unit.visits import queries as visits_queries
from services.unit.visits.queries import Contact
from services.unit.visits.rules import ContactState

router = policy.router()
PAPER = ["received_on", "reason", "written_on"]  # entered with the workbook


@dataclass(frozen=True)
class _OfUnit:
    """A unit's month as policies judge it: also one that it was not expected in, for it may have
    found something since; by the session also of a unit that ended and came to the actor.
    """

    unit: str
    month: str
    session: Session


@router.get("/units/{unit}")
def unit(
    unit: str,
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
    helper: Annotated[Short, Query(title="帮扶人")] = "",
) -> HTMLResponse:
    row = organisation_queries.unit(session, unit)
    policy.require(actor, "unit", row)
    opened = months_queries.month(session, month) if month else months_queries.latest_month(session)
    if opened is None:
        return page(request, "unit_empty.html", unit=row)
    contacts = visits_queries.contacts(session, opened.month, unit=unit)
    status = next(iter(months_queries.unit_statuses(session, opened.month, unit)), None)
    review = queries.review(session, unit, opened.month, today)
    initial, asked = {"unit": unit, "month": opened.month}, _asked(review, status)
    of_unit = _OfUnit(unit, opened.month, session)
    return page(
        request,
        "unit.html",
        unit=row,
        month=opened,
        months=months_queries.months(session),
        state=status,
        helper=helper,
        **_by_state(contacts, helper),
        findings=findings_queries.finding_views(session, actor, month=opened.month, unit=unit),
        review=review,
        may_send=policy.may(actor, "submit_list", of_unit),
        may_sign=policy.may(actor, "sign_list", of_unit),
        reminders=months_queries.reminders_of(session, unit, opened.month),
        helpers=organisation_queries.helpers_of(session, unit),
        sending=fill(request, ListForm, "/unit/lists", initial, **asked),
        exemption=_exemption(request, initial, contacts, helper),
    )


def _by_state(contacts: Sequence[Contact], helper: str) -> dict[str, Any]:
    """Those required: all of the helper (or of everybody), and whom nobody reached or tried to."""
    required = [contact for contact in contacts if contact.required]
    owed = [contact for contact in required if not contact.exempt_reason]
    return {
        "contacts": [contact for contact in required if helper in ("", contact.helper)],
        "neglected": [contact for contact in owed if contact.state is ContactState.NEGLECTED],
        "unreached": [contact for contact in owed if contact.state is ContactState.UNREACHED],
    }


def _asked(review: Review, status: UnitStatus | None) -> dict[str, Any]:
    """For `fill`. A paper comes with the workbook. A reason is asked for, and needed, where there is
    something to give a reason for.
    """
    nothing_found = not (review.ready or review.incomplete or (status and status.lists))
    asked = {
        "nil": nothing_found,
        "nil_reason": nothing_found and bool(review.without_contact),
        "unverified_reason": bool(review.unverified) and bool(review.ready),
    }
    return {
        "without": PAPER + [name for name, here in asked.items() if not here],
        "needed": [name for name, here in asked.items() if here and name != "nil"],
    }


def _exemption(
    request: Request, initial: dict[str, str], contacts: Sequence[Contact], helper: str
) -> Filled:
    """Of the unit, or of one of the households."""
    households = {
        contact.household: f"{contact.head_name}（{contact.place}）"
        for contact in contacts
        if contact.household
        and contact.required
        and not contact.exempt_reason
        and helper in ("", contact.helper)
    }
    options = {"household": households}
    return fill(request, ExemptionForm, "/unit/exemptions", initial, options=options)


@router.get("/lists/{unit}/{month}")
def roster(
    unit: str, month: YearMonth, request: Request, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    """汇总名单: what the head signs, list and supplements, printable."""
    row = organisation_queries.unit(session, unit)
    policy.require(actor, "roster", row)
    lists = queries.sent_lists(session, unit, month)
    return page(
        request,
        "roster.html",
        unit=row,
        month=months_queries.month(session, month),
        lists=[
            (unit_list, findings_queries.finding_views(session, actor, list_id=unit_list.id))
            for unit_list in lists
        ],
        total=total,
        review=queries.review(session, unit, month, today),
        progress=visits_queries.progress_of(session, unit, month),
        waiting=[unit_list for unit_list in lists if unit_list.signed_on is None],
        state=session.get(UnitMonth, (month, unit)),
    )


@router.get("/lists/{unit}/{month}/roster.{kind}")
def roster_file(
    unit: str, month: YearMonth, kind: Literal["xlsx", "docx"], session: Transaction, actor: Who
) -> Response:
    """汇总名单 as a file."""
    policy.require(actor, "roster_file", organisation_queries.unit(session, unit))
    queries.sent_lists(session, unit, month)
    make = documents.roster_workbook if kind == "xlsx" else documents.roster_letter
    return make(session, actor, unit, month).answer()


@router.post("/lists")
def submit_list(
    form: Annotated[ListForm, Form()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    answer = commands.submit_list(
        session,
        form.unit,
        form.month,
        nil=form.nil,
        nil_reason=form.nil_reason,
        unverified_reason=form.unverified_reason,
        actor=actor,
        on=today,
        paper=form,
    )
    left = (
        f"待补充的没有随名单报送：{'、'.join(answer.left_behind)}。" if answer.left_behind else ""
    )
    return done(f"/unit/lists/{form.unit}/{form.month}", f"已报送，请主要领导签发。{left}")


@router.post("/lists/{unit}/{month}/signature")
def sign_list(
    unit: str, month: YearMonth, session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    signed = commands.sign_list(session, unit, month, actor=actor, on=today)
    late = "（迟报）" if any(unit_list.late for unit_list in signed) else ""
    return done(f"/unit/lists/{unit}/{month}", f"已签发报县{late}。")
