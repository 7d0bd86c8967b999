"""JSON doors: translate, and own the transaction."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from schemas.codes import OrderState
from services.dispatch.orders import queries
from services.dispatch.orders.rules import Clock, Deed
from services.dispatch.orders.views import OrderView

router = APIRouter()


class EventView(BaseModel, from_attributes=True):
    on: date
    deed: Deed
    actor: str
    from_state: OrderState | None
    to_state: OrderState
    department: str | None
    text: str
    late: bool
    clock: Clock | None
    due: date | None
    step: int | None
    origin: str | None


class OrderWithHistory(OrderView):
    history: list[EventView] = []


@router.get("/orders")
def orders(
    session: Transaction,
    actor: Who,
    today: Today,
    state: OrderState | None = None,
    department: str | None = None,
    case: str | None = None,
    overdue: bool | None = None,
) -> list[OrderView]:
    found = queries.orders(
        session, actor, today, state=state, department=department, case=case, late=overdue
    )
    return [OrderView.model_validate(one) for one in found]


@router.get("/orders/{id}")
def order(id: str, session: Transaction, actor: Who) -> OrderWithHistory:
    view = OrderWithHistory.model_validate(queries.order(session, id, actor), from_attributes=True)
    view.history = [EventView.model_validate(event) for event in queries.history(session, id)]
    return view
