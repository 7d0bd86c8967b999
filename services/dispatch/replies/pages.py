"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse

from kit.errors import Refused
from kit.web import Today, Transaction, Who, show_day
from rulebook.cells import Unclear, money
from schemas.codes import ReplyResult
from schemas.values import Receipt
from services.dispatch.doors import Maybe, MaybeDay, Text, Tick, back
from services.dispatch.replies import commands
from services.dispatch.replies.forms import ReplyDraft

router = APIRouter()


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
