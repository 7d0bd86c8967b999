"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from kit.actor import Actor
from kit.forms import fill
from kit.forms.attempt import attempt_of
from kit.policy.purpose import PurposeForm, Veil, lift, veil_of
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import AnyYearMonth, month_of
from schemas.codes import Role
from services.unit.directory import queries as directory_queries
from services.unit.directory.models import Household
from services.unit.findings import queries as findings_queries
from services.unit.organisation import queries as organisation_queries
from services.unit.visits import commands, queries
from services.unit.visits.forms import Situation, VisitForm
from services.unit.visits.policy import policy
from services.unit.visits.rules import VisitNote

router = policy.router()


@router.get("/households/{household}")
def household(household: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    """One household: who helps it, its visits, its findings and what became of them."""
    row = directory_queries.household(session, household)
    policy.permit(actor, "household", row)
    veil = veil_of(policy, actor, row, telephone="telephone")
    return _household(request, session, actor, row, veil)


@router.post("/households/{household}/unmasking")
def unmask_household(
    household: str,
    request: Request,
    session: Transaction,
    actor: Who,
    form: Annotated[PurposeForm, Form()],
) -> HTMLResponse:
    """The same page, once, with the whole number."""
    row = directory_queries.household(session, household)
    veil = lift(policy, actor, "unmask_household", row, form)
    return _household(request, session, actor, row, veil)


def _household(
    request: Request, session: Session, actor: Actor, row: Household, veil: Veil
) -> HTMLResponse:
    assignment = organisation_queries.assignment_of(session, row.id)
    helper = organisation_queries.helper(session, assignment.helper) if assignment else None
    return page(
        request,
        "household.html",
        household=row,
        veil=veil,
        purpose=fill(request, PurposeForm, f"/unit/households/{row.id}/unmasking"),
        gone=directory_queries.why_void(session, row),
        Situation=Situation,
        place=directory_queries.place_name(session, row),
        helper=helper,
        unit=organisation_queries.unit(session, helper.unit) if helper else None,
        visits=queries.visits_of(session, row.id),
        findings=findings_queries.past_of_household(session, actor, row.id),
    )


@router.get("/households/{household}/visit", name="visit_household")
def visit_form(
    household: str,
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[AnyYearMonth, Query(title="月份")] = "",
) -> HTMLResponse:
    """Of today; the day of a visit in an earlier `month` has to be said. Of a void entry the form is
    its successor's, with what was typed here before.
    """
    earlier = bool(month) and month != month_of(today)
    row = directory_queries.household(session, household)
    policy.require(actor, "visit_household", row)
    present, sent = directory_queries.present_entry(session, row), attempt_of(request)
    to = f"/unit/households/{present.id}/visit"
    assignment = organisation_queries.assignment_of(session, present.id)
    himself = actor.role is Role.HELPER
    helper = actor.place if himself else assignment.helper if assignment else ""
    return page(
        request,
        "visit.html",
        household=present,
        gone=directory_queries.why_void(session, row),
        to=to,
        Situation=Situation,
        place=directory_queries.place_name(session, present),
        form=fill(
            request,
            VisitForm,
            sent.to if sent else to,
            {"helper": helper, "on": None if earlier else today},
            needed=["on"] if earlier else [],
            widgets={"helper": "hidden"} if himself else {},
        ),
    )


@router.post("/households/{household}/visit")
def record_visit(
    household: str,
    form: Annotated[VisitForm, Form()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    note = form.note(household, today)
    commands.record_visits(session, [note], actor=actor, on=today)
    message = f"已登记。{_what_follows(session, note)}"
    return done("/unit/" if actor.role is Role.HELPER else f"/unit/households/{household}", message)


def _what_follows(session: Session, note: VisitNote) -> str:
    """What becomes of the risk that was noted, as its finding stands now."""
    unit = organisation_queries.helper(session, note.helper).unit
    finding = findings_queries.finding_of(session, unit, note.month, note.household)
    if not note.at_risk or finding is None:
        return ""
    if finding.struck_on:
        return f"这户的风险情况已经划除（{finding.struck_reason}），不再上报。"
    if not finding.is_open:
        return "这户的风险这个月已经报送，不用再报。"
    lacking = [
        label
        for label, words in (("风险点", finding.risk_point), ("需要解决什么", finding.matter))
        if not words
    ]
    if lacking:
        return f"这户有风险，还缺{'和'.join(lacking)}：补充以后才能随本单位名单报县。"
    return "这户有风险，会随本单位名单报县。"
