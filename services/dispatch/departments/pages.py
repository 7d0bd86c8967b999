"""Pages: translate, and own the transaction."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.web import Today, Transaction, Who, done, page
from schemas.codes import Role
from services.dispatch.departments import commands, queries
from services.dispatch.departments.forms import DepartmentEntry
from services.dispatch.doors import Text, day_or_none
from services.dispatch.orders.rules import DEPARTMENT
from services.dispatch.statistics import queries as statistics_queries

router = APIRouter()


@router.post("/departments")
def name_departments(
    session: Transaction, actor: Who, code: Text, name: Text, aliases: Text = ""
) -> RedirectResponse:
    former = tuple(
        part.strip() for part in aliases.replace("\uff1b", ";").split(";") if part.strip()
    )
    entry = DepartmentEntry(code=code.strip(), name=name.strip(), aliases=former)
    commands.name_departments(session, [entry], actor=actor)
    return done("/dispatch/departments", f"已登记{entry.name}。")


MAINTAINERS = (Role.ADMINISTRATOR, Role.COUNTY_CLERK)


@router.get("/departments")
def departments(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    since: str = "",
    until: str = "",
) -> HTMLResponse:
    figures = statistics_queries.statistics(session, day_or_none(since), day_or_none(until))
    if actor.role in DEPARTMENT:
        figures = [one for one in figures if one.code == actor.place]
    return page(
        request,
        "departments.html",
        figures=figures,
        since=since,
        until=until,
        may_name=actor.role in MAINTAINERS,
        departments=queries.departments(session),
        keyed=queries.with_a_system(session),
    )
