"""A department answers as a program."""

from kit.behalf import OnBehalf
from kit.web import Today, Transaction, Who
from services.dispatch.orders.views import OrderView, view
from services.dispatch.replies import commands
from services.dispatch.replies.forms import Progress, Report, Returning
from services.dispatch.replies.policy import policy

router = policy.router()


@router.post("/orders/{id}/acceptance")
def accept_order(
    id: str, session: Transaction, actor: Who, today: Today, body: OnBehalf | None = None
) -> OrderView:
    return view(
        commands.accept_order(
            session, id, actor=actor, on=today, on_behalf=body.behalf if body else None
        )
    )


@router.post("/orders/{id}/return")
def return_order(
    id: str, body: Returning, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.return_order(session, id, **body.said(), actor=actor, on=today))


@router.post("/orders/{id}/report")
def report_order(
    id: str, body: Report, session: Transaction, actor: Who, today: Today
) -> OrderView:
    done = commands.report_order(
        session,
        id,
        body.draft(),
        actor=actor,
        on=today,
        on_behalf=body.behalf,
        received_on=body.received_on,
        entry_reason=body.entry_reason,
    )
    return view(done)


@router.post("/orders/{id}/progress")
def report_progress(
    id: str, body: Progress, session: Transaction, actor: Who, today: Today
) -> OrderView:
    return view(commands.report_progress(session, id, **body.said(), actor=actor, on=today))
