"""The office routes an order on its page."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi.responses import RedirectResponse

from kit.dates import show_due
from kit.web import Today, Transaction, Who
from services.dispatch import service
from services.dispatch.doors import back
from services.dispatch.issuing import commands
from services.dispatch.issuing.forms import Routing
from services.dispatch.issuing.policy import policy

router = policy.router()


@router.post("/orders/{id}/route")
def route_order(
    id: str, form: Annotated[Routing, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    order = commands.route_order(session, id, **form.model_dump(), actor=actor, on=today)
    return back(id, f"已交办，{show_due(order.report_due, service.calendar(session))}前反馈。")
