"""Office and village decide on the order's page."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi.responses import RedirectResponse

from kit.dates import show_day, show_due
from kit.web import Today, Transaction, Who
from services.dispatch import service
from services.dispatch.decisions import commands
from services.dispatch.decisions.forms import Confirmation, Note, Reason, ReturnDecision, SolveDue
from services.dispatch.decisions.policy import policy
from services.dispatch.doors import back
from services.dispatch.orders.queries import report_limit

router = policy.router()


@router.post("/orders/{id}/return-decision")
def decide_return(
    id: str,
    form: Annotated[ReturnDecision, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    order = commands.decide_return(session, id, **form.model_dump(), actor=actor, on=today)
    if not form.agree:
        return back(id, "未同意退回，原时限不变。")
    return back(id, f"已同意退回并改派，新的部门重新计{report_limit(session, order)}。")


@router.post("/orders/{id}/confirmation")
def confirm_help(
    id: str,
    form: Annotated[Confirmation, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> RedirectResponse:
    if form.by_office:
        commands.confirm_by_office(session, id, note=form.note, actor=actor, on=today)
    else:
        fields = form.said("by_office")
        commands.confirm_help(session, id, **fields, actor=actor, on=today)
    done = form.received or form.by_office
    return back(id, "已核实落实，接着由牵头部门办结。" if done else "已退回部门继续办理。")


@router.post("/orders/{id}/closure")
def close_order(
    id: str, form: Annotated[Note, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    commands.close_order(session, id, note=form.note, actor=actor, on=today)
    return back(id, "已办结。")


@router.post("/orders/{id}/reopening")
def reopen_order(
    id: str, form: Annotated[Reason, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    order = commands.reopen_order(session, id, reason=form.reason, actor=actor, on=today)
    return back(
        id, f"已退回重新办理，{show_due(order.solve_due, service.calendar(session))}前解决。"
    )


@router.post("/orders/{id}/solve-due")
def move_solve_due(
    id: str, form: Annotated[SolveDue, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    commands.move_solve_due(session, id, due=form.due, reason=form.reason, actor=actor, on=today)
    return back(id, f"解决时限已调整到{show_day(form.due)}。")
