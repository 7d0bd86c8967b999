"""Departments with their figures; a new one is named here."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from rulebook.types import Short
from services.dispatch.departments import commands, queries
from services.dispatch.departments.forms import DepartmentEntry
from services.dispatch.departments.policy import policy
from services.dispatch.doors import day_or_none
from services.dispatch.statistics import queries as statistics_queries

router = policy.router()


@router.post("/departments")
def name_departments(
    form: Annotated[DepartmentEntry, FromPage()], session: Transaction, actor: Who
) -> RedirectResponse:
    commands.name_departments(session, [form], actor=actor)
    return done("/dispatch/departments", f"已登记{form.name}。")


@router.get("/departments")
def departments(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    since: Annotated[Short, Query(title="从")] = "",
    until: Annotated[Short, Query(title="到")] = "",
) -> HTMLResponse:
    as_of = min(day_or_none(until) or today, today)  # nothing can be counted of days to come
    figures = statistics_queries.statistics(session, actor, day_or_none(since), as_of)
    return page(
        request,
        "departments.html",
        figures=figures,
        as_of=as_of,
        since=since,
        until=until,
        entry=fill(request, DepartmentEntry, "/dispatch/departments"),
        keyed=queries.with_a_system(session),
        people={department.code: department for department in queries.departments(session)},
    )
