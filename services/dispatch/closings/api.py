"""The same for programs."""

from kit.closing import ClosingForm, ReopeningForm
from kit.closing.views import ClosingOut
from kit.web import Today, Transaction, Who
from services.dispatch.closings import commands, queries
from services.dispatch.closings.policy import policy
from services.dispatch.issuing.forms import Routing

router = policy.router()


@router.get("/closings")
def closings(session: Transaction) -> list[ClosingOut]:
    return [ClosingOut.model_validate(row) for row in queries.closings(session)]


@router.post("/closings", status_code=201)
def close_department(
    body: ClosingForm, session: Transaction, actor: Who, today: Today
) -> ClosingOut:
    commands.close_department(session, body, actor=actor, on=today)
    return ClosingOut.model_validate(body, from_attributes=True)


@router.post("/closings/undo", status_code=204)
def reopen_department(body: ReopeningForm, session: Transaction, actor: Who, today: Today) -> None:
    commands.reopen_department(session, body, actor=actor, on=today)


@router.post("/closings/orders/{id}", status_code=204)
def reroute_order(id: str, body: Routing, session: Transaction, actor: Who, today: Today) -> None:
    commands.reroute_order(session, id, **body.model_dump(), actor=actor, on=today)
