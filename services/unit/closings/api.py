"""The same for programs."""

from kit.closing import ClosingForm, ReopeningForm
from kit.closing.views import ClosingOut
from kit.web import Today, Transaction, Who
from services.unit.closings import commands, queries
from services.unit.closings.policy import policy

router = policy.router()


@router.get("/closings")
def closings(session: Transaction) -> list[ClosingOut]:
    return [ClosingOut.model_validate(row) for row in queries.closings(session)]


@router.post("/closings", status_code=201)
def close_unit(body: ClosingForm, session: Transaction, actor: Who, today: Today) -> ClosingOut:
    commands.close_unit(session, body, actor=actor, on=today)
    return ClosingOut.model_validate(body, from_attributes=True)


@router.post("/closings/undo", status_code=204)
def reopen_unit(body: ReopeningForm, session: Transaction, actor: Who, today: Today) -> None:
    commands.reopen_unit(session, body, actor=actor, on=today)
