"""Pages: translate, and own the transaction."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from kit.web import Today, Transaction, Who, show_day
from services.dispatch.doors import Text, Texts, back
from services.dispatch.issuing import commands

router = APIRouter()


@router.post("/orders/{id}/route")
def route_order(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    department: Text,
    co_handlers: Texts = (),
    question: Text = "",
) -> RedirectResponse:
    order = commands.route_order(
        session,
        id,
        department=department,
        co_handlers=co_handlers,
        question=question,
        actor=actor,
        on=today,
    )
    return back(id, f"已交办,{show_day(order.report_due)}前反馈。")
