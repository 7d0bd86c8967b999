"""The office routes an order as a program."""

from kit.web import Today, Transaction, Who
from services.dispatch.issuing import commands
from services.dispatch.issuing.forms import Routing
from services.dispatch.issuing.policy import policy
from services.dispatch.orders.views import OrderView, view

router = policy.router()


@router.post("/orders/{id}/route")
def route_order(
    id: str, body: Routing, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.route_order(session, id, **body.model_dump(), actor=actor, on=today))
