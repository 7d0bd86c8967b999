"""Orders for programs."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from kit.web import Today, Transaction, Who
from schemas.codes import OrderClock, OrderState
from services.dispatch.orders import queries
from services.dispatch.orders.forms import OrderFilter
from services.dispatch.orders.policy import policy
from services.dispatch.orders.rules import Action
from services.dispatch.orders.views import FOUND, OrderView, view

router = policy.router()


class EventView(BaseModel, from_attributes=True):
    on: date
    action: Action = Field(serialization_alias="deed")  # as the answer has always called it
    actor: str
    from_state: OrderState | None
    to_state: OrderState
    department: str | None
    text: str
    late: bool
    clock: OrderClock | None
    due: date | None
    step: int | None
    origin: str | None


class OrderWithHistory(OrderView):
    history: list[EventView] = []


@router.get("/orders")
def orders(
    asked: Annotated[OrderFilter, Query()], session: Transaction, actor: Who, today: Today
) -> list[OrderView]:
    """All of them, the newest first."""
    orders = FOUND.every(session, queries.orders(actor, today, asked), asked)
    return [
        view(order).model_copy(update={"provisional": queries.provisional_clocks(session, order)})
        for order in orders
    ]


@router.get("/orders/{id}")
def order(id: str, session: Transaction, actor: Who) -> OrderWithHistory:
    order = queries.order(session, id, actor)
    view = OrderWithHistory.model_validate(order, from_attributes=True)
    view.provisional = queries.provisional_clocks(session, order)
    view.history = [EventView.model_validate(event) for event in queries.history(session, id)]
    return view
