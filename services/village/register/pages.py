"""The household register, its tasks, and the search."""

from datetime import date
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.forms import fill
from kit.policy.purpose import PurposeForm, Veil, lift, veil_of
from kit.rates import SEARCH, limited
from kit.web import Today, Transaction, Who, done, page
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.months import queries as months_queries
from services.village.outcomes import queries as outcomes_queries
from services.village.persons import queries as persons_queries
from services.village.places import Place, group_of
from services.village.register import commands, queries
from services.village.register.forms import HouseholdFilter, ResolutionForm
from services.village.register.models import Household
from services.village.register.policy import policy
from services.village.register.views import HouseholdDetails, details_of

router = policy.router()


@router.get("/households", name="household")
def households(
    request: Request, session: Transaction, actor: Who, asked: Annotated[HouseholdFilter, Query()]
) -> HTMLResponse:
    if asked.village:
        policy.require(actor, "household", Place(asked.village, group_of(actor), session))
    names = directory.names(session)
    places = {
        village.code: names.full(village.code) for village in queries.villages_seen(session, actor)
    }
    households = queries.HOUSEHOLDS.page(session, queries.households(session, actor, asked), asked)
    return page(
        request,
        "households.html",
        households=households.map(lambda rows: queries.lines(session, rows)),
        filter=fill(
            request, HouseholdFilter, "/village/households", asked, options={"village": places}
        ),
        village=asked.village,
        names=names,
    )


@router.get("/households.xlsx", name="household")
def households_workbook(
    session: Transaction, actor: Who, today: Today, asked: Annotated[HouseholdFilter, Query()]
) -> Response:
    """All of the same, as a workbook."""
    rows = queries.HOUSEHOLDS.every(session, queries.households(session, actor, asked), asked)
    return queries.HOUSEHOLDS.export("农户登记册", queries.lines(session, rows), on=today)


@router.get("/households/{household}")
def household(
    household: str, request: Request, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    row = queries.household(session, household)
    policy.permit(actor, "household", row)
    veil = veil_of(policy, actor, row, telephone="telephone")
    return _household(request, session, actor, row, today, veil)


@router.post("/households/{household}/unmasking")
def unmask_household(
    household: str,
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[PurposeForm, FromPage()],
) -> HTMLResponse:
    """The same page, once, with whole numbers."""
    row = queries.household(session, household)
    veil = lift(policy, actor, "unmask_household", row, form)
    return _household(request, session, actor, row, today, veil)


def _details(actor: Actor, row: Household) -> HouseholdDetails | None:
    if not policy.reveals(actor, "household_details", row):
        return None
    fields = policy.fields(actor, "household_details", HouseholdDetails, row)
    return details_of(row, fields)


def _household(
    request: Request, session: Session, actor: Actor, row: Household, today: date, veil: Veil
) -> HTMLResponse:
    task = queries.open_task_of(session, row.id)
    notices = outcomes_queries.notices_about(session, row.id)
    to = f"/village/register-tasks/{task.id}/resolution" if task else ""
    return page(
        request,
        "household.html",
        household=row,
        details=_details(actor, row),
        disputed=not row.merged_on and bool(persons_queries.disputed(session, row.id)),
        names=directory.names(session),
        task=task,
        resolution=fill(request, ResolutionForm, to, without=["on_register"]),
        history=findings_queries.history_of(session, row.id),
        answers=outcomes_queries.answers_about(session, row.id),
        notices=notices,
        sources=directory.source_names(session, [notice.source for notice in notices]),
        month=months_queries.latest_month(session, today),
        veil=veil,
        purpose=fill(request, PurposeForm, f"/village/households/{row.id}/unmasking"),
    )


@router.get("/register-tasks")
def register_tasks(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    return page(
        request,
        "register_tasks.html",
        tasks=queries.register_tasks(session, actor),
        names=directory.names(session),
    )


@router.post("/register-tasks/{task}/resolution")
def resolve_register_task(
    task: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ResolutionForm, FromPage()],
) -> Response:
    commands.resolve_register_task(
        session,
        task,
        on_register=form.on_register,
        outcome=form.outcome,
        number=form.number,
        actor=actor,
        on=today,
    )
    return done("/village/register-tasks", "已核对，结果已登记。")


@router.get("/search", name="household")
@limited(SEARCH)
def search(
    request: Request, session: Transaction, actor: Who, asked: Annotated[HouseholdFilter, Query()]
) -> HTMLResponse:
    """Households by name or number, within what the actor may see."""
    statement = queries.households(session, actor, asked)
    households = queries.HOUSEHOLDS.page(session, statement, asked) if asked.q else None
    return page(
        request,
        "search.html",
        households=households and households.map(lambda rows: queries.lines(session, rows)),
        q=asked.q or "",
    )
