"""The household register, its tasks, and the search."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.masking import mask_id
from services.village import scopes
from services.village.findings import queries as findings_queries
from services.village.months import queries as months_queries
from services.village.outcomes import queries as outcomes_queries
from services.village.register import commands, queries
from services.village.scopes import Scope

router = APIRouter()


@router.get("/households")
def households(
    request: Request, session: Transaction, actor: Who, q: str = "", village: str = ""
) -> HTMLResponse:
    scope = scopes.scope_of(actor)
    if village:
        scopes.look(actor, village, scope.group)
    found = queries.households_found(
        session, Scope(village or scope.prefix, scope.group), q, limit=500
    )
    return page(
        request,
        "households.html",
        households=found,
        q=q,
        village=village,
        names=queries.names(session),
        villages=queries.villages(session, scope.prefix),
    )


@router.get("/households/{household}")
def household(
    household: str, request: Request, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    found = queries.household(session, household)
    scopes.look(actor, found.village, found.group)
    return page(
        request,
        "household.html",
        household=found,
        names=queries.names(session),
        task=queries.open_task_of(session, found.id),
        history=findings_queries.history_of(session, found.id),
        notices=outcomes_queries.notices_about(session, found.id),
        sources=queries.source_names(session),
        month=months_queries.latest_month(session, today),
        mask=mask_id,
    )


@router.get("/register-tasks")
def register_tasks(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    tasks = queries.register_tasks(session, scopes.scope_of(actor))
    return page(request, "register_tasks.html", tasks=tasks, names=queries.names(session))


@router.post("/register-tasks/{task}/resolution")
def resolve_register_task(
    task: str,
    session: Transaction,
    actor: Who,
    today: Today,
    on_register: Annotated[bool, Form()],
    outcome: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
) -> Response:
    commands.resolve_register_task(
        session,
        task,
        on_register=on_register,
        outcome=outcome,
        number=number.strip() or None,
        actor=actor,
        on=today,
    )
    return done("/village/register-tasks", "已核对,结果已登记。")


@router.get("/search")
def search(request: Request, session: Transaction, actor: Who, q: str = "") -> HTMLResponse:
    """Households by name or number, within what the actor may see."""
    scope = scopes.scope_of(actor)
    found = queries.households_found(session, scope, q) if q.strip() else []
    return page(request, "search.html", households=found, q=q, names=queries.names(session))
