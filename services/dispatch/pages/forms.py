"""Forms people send: each is one command, then back to a page that says what was done."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse

from kit.errors import Refused
from kit.web import Today, Transaction, Who, done, show_day
from rulebook.cells import Unclear, money
from rulebook.months import Day
from schemas.codes import ReplyResult
from schemas.values import Receipt
from services.dispatch import commands, queries
from services.dispatch.commands import DepartmentEntry, ReplyDraft

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[tuple[str, ...], Form()]
Maybe = Annotated[str | None, Form()]
Tick = Annotated[bool, Form()]
MaybeDay = Annotated[Day | None, Form()]


def back(id: str, message: str) -> RedirectResponse:
    return done(f"/dispatch/orders/{id}", message)


@router.post("/departments")
def name_departments(
    session: Transaction, actor: Who, code: Text, name: Text, aliases: Text = ""
) -> RedirectResponse:
    former = tuple(
        part.strip() for part in aliases.replace("\uff1b", ";").split(";") if part.strip()
    )
    entry = DepartmentEntry(code=code.strip(), name=name.strip(), aliases=former)
    commands.name_departments(session, [entry], actor=actor)
    return done("/dispatch/departments", f"已登记{entry.name}。")


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


@router.post("/orders/{id}/acceptance")
def accept_order(
    id: str, session: Transaction, actor: Who, today: Today, on_behalf: Maybe = None
) -> RedirectResponse:
    order = commands.accept_order(session, id, actor=actor, on=today, on_behalf=on_behalf)
    return back(id, f"已签收,请在{show_day(order.report_due)}前反馈。")


@router.post("/orders/{id}/return")
def return_order(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    reason: Text = "",
    proposed: Maybe = None,
    on_behalf: Maybe = None,
) -> RedirectResponse:
    order = commands.return_order(
        session,
        id,
        reason=reason,
        proposed=proposed or None,
        actor=actor,
        on=today,
        on_behalf=on_behalf,
    )
    if order.for_meeting:
        return back(id, "第二次退回不予受理,已提交联席会议;交办单仍由贵单位办理。")
    return back(id, f"已退回,牵头部门{show_day(order.decide_due)}前裁定。")


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
    return back(id, f"已同意退回并改派,新的部门重新计{queries.report_limit(session, order)}。")


@router.post("/orders/{id}/report")
def report_order(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    result: Annotated[ReplyResult, Form()],
    explanation: Text = "",
    expected_on: MaybeDay = None,
    amount: Text = "",
    handler: Maybe = None,
    own_system_updated: Tick = False,
    written_on: MaybeDay = None,
    on_behalf: Maybe = None,
    received_on: MaybeDay = None,
    entry_reason: Maybe = None,
) -> RedirectResponse:
    draft = ReplyDraft(
        result=result,
        explanation=explanation,
        expected_on=expected_on,
        amount=_fen(amount),
        handler=handler or None,
        own_system_updated=own_system_updated,
        written_on=written_on,
    )
    receipt = Receipt(on=received_on, reason=entry_reason) if received_on else None
    commands.report_order(
        session, id, draft, actor=actor, on=today, on_behalf=on_behalf, receipt=receipt
    )
    return back(id, "反馈已收到。说已解决的,接着由村里核实。")


def _fen(amount: str) -> int | None:
    try:
        return money(amount)
    except Unclear as unclear:
        raise Refused(f"落实金额:{unclear}") from None


@router.post("/orders/{id}/progress")
def report_progress(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    text: Text = "",
    on_behalf: Maybe = None,
) -> RedirectResponse:
    commands.report_progress(session, id, text=text, actor=actor, on=today, on_behalf=on_behalf)
    return back(id, "进展已记入。")


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
