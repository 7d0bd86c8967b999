"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse

from kit.web import Today, Transaction, Who, show_day
from rulebook.months import Day
from services.dispatch.decisions import commands
from services.dispatch.doors import Maybe, Text, Texts, Tick, back
from services.dispatch.orders.queries import report_limit

router = APIRouter()


@router.post("/orders/{id}/return-decision")
def decide_return(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    agree: Tick,
    reason: Text = "",
    department: Maybe = None,
    co_handlers: Texts = (),
    question: Text = "",
) -> RedirectResponse:
    order = commands.decide_return(
        session,
        id,
        agree=agree,
        reason=reason,
        department=department or None,
        co_handlers=co_handlers,
        question=question,
        actor=actor,
        on=today,
    )
    if not agree:
        return back(id, "未同意退回,原时限不变。")
    return back(id, f"已同意退回并改派,新的部门重新计{report_limit(session, order)}。")


@router.post("/orders/{id}/confirmation")
def confirm_help(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    received: Tick = True,
    note: Text = "",
    by_office: Tick = False,
    on_behalf: Maybe = None,
) -> RedirectResponse:
    if by_office:
        commands.confirm_by_office(session, id, note=note, actor=actor, on=today)
    else:
        commands.confirm_help(
            session, id, received=received, note=note, actor=actor, on=today, on_behalf=on_behalf
        )
    return back(id, "已核实落实,接着由牵头部门办结。" if received else "已退回部门继续办理。")


@router.post("/orders/{id}/closure")
def close_order(
    id: str, session: Transaction, actor: Who, today: Today, note: Text = ""
) -> RedirectResponse:
    commands.close_order(session, id, note=note, actor=actor, on=today)
    return back(id, "已办结。")


@router.post("/orders/{id}/reopening")
def reopen_order(
    id: str, session: Transaction, actor: Who, today: Today, reason: Text = ""
) -> RedirectResponse:
    order = commands.reopen_order(session, id, reason=reason, actor=actor, on=today)
    return back(id, f"已退回重新办理,{show_day(order.solve_due)}前解决。")


@router.post("/orders/{id}/solve-due")
def move_solve_due(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    due: Annotated[Day, Form()],
    reason: Text = "",
) -> RedirectResponse:
    commands.move_solve_due(session, id, due=due, reason=reason, actor=actor, on=today)
    return back(id, f"解决时限已调整到{show_day(due)}。")
