"""Departments that end, and what is open there."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from kit.closing import ClosingForm, ReopeningForm
from kit.closing.pages import Asked, closings_page
from kit.dates import show_month
from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.dispatch.closings import commands, queries
from services.dispatch.closings.policy import policy
from services.dispatch.departments import queries as departments_queries
from services.dispatch.issuing.forms import Routing
from services.dispatch.orders import queries as orders_queries

router = policy.router()
PAGE = "/dispatch/closings"


@router.get("/closings")
def closings(
    request: Request, session: Transaction, today: Today, asked: Annotated[Asked, Query()]
) -> HTMLResponse:
    departments = queries.departments(session)
    entry = (
        queries.department(session, asked.kind, asked.code) if asked.kind and asked.code else None
    )
    return closings_page(
        request,
        session,
        to=PAGE,
        kinds=queries.KINDS,
        offered=[] if entry else departments,
        visible=queries.closings(session),
        on=today,
        entry=entry,
        successors={
            department.code: department.name for department in departments if department != entry
        },
        notes=queries.notes(session, entry) if entry else (),
    )


@router.post("/closings")
def close_department(
    session: Transaction, actor: Who, today: Today, form: Annotated[ClosingForm, FromPage()]
) -> Response:
    department = commands.close_department(session, form, actor=actor, on=today)
    return done(PAGE, f"已登记：{department.name}报到{show_month(form.last_month)}。")


@router.post("/closings/undo")
def reopen_department(
    session: Transaction, actor: Who, today: Today, form: Annotated[ReopeningForm, FromPage()]
) -> Response:
    department = commands.reopen_department(session, form, actor=actor, on=today)
    return done(PAGE, f"已恢复{department.name}。")


@router.get("/closings/orders/{id}", name="reroute_order")
def order_to_reroute(id: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    order = orders_queries.order(session, id, actor)
    departments = departments_queries.active_departments(session)
    return page(
        request,
        "reroute.html",
        order=order,
        form=fill(
            request,
            Routing,
            f"{PAGE}/orders/{id}",
            {"question": order.question},
            options=dict.fromkeys(("department", "co_handlers"), departments),
        ),
    )


@router.post("/closings/orders/{id}")
def reroute_order(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[Routing, FromPage()]
) -> Response:
    order = commands.reroute_order(session, id, **form.model_dump(), actor=actor, on=today)
    return done(f"/dispatch/orders/{order.id}", "已改派。")
