"""Office and village decide as programs."""

from kit.web import Today, Transaction, Who
from services.dispatch.decisions import commands
from services.dispatch.decisions.forms import Confirmation, Note, Reason, ReturnDecision, SolveDue
from services.dispatch.decisions.policy import policy
from services.dispatch.orders.views import OrderView, view

router = policy.router()


@router.post("/orders/{id}/return-decision")
def decide_return(
    id: str, body: ReturnDecision, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.decide_return(session, id, **body.model_dump(), actor=actor, on=today))


@router.post("/orders/{id}/confirmation")
def confirm_help(
    id: str, body: Confirmation, session: Transaction, actor: Who, today: Today
) -> OrderView:
    if body.by_office:
        return view(commands.confirm_by_office(session, id, note=body.note, actor=actor, on=today))
    draft = body.said("by_office")
    return view(commands.confirm_help(session, id, **draft, actor=actor, on=today))


@router.post("/orders/{id}/closure")
def close_order(
    id: str, session: Transaction, actor: Who, today: Today, body: Note | None = None
) -> OrderView:
    return view(
        commands.close_order(session, id, note=body.note if body else "", actor=actor, on=today)
    )


@router.post("/orders/{id}/reopening")
def reopen_order(
    id: str, body: Reason, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.reopen_order(session, id, reason=body.reason, actor=actor, on=today))


@router.post("/orders/{id}/solve-due")
def move_solve_due(
    id: str, body: SolveDue, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(
        commands.move_solve_due(
            session, id, due=body.due, reason=body.reason, actor=actor, on=today
        )
    )
