"""A department answers on the order's page; the office enters for it what came by phone or on paper."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi.responses import RedirectResponse

from kit.behalf import OnBehalf
from kit.dates import show_due
from kit.web import Today, Transaction, Who
from services.dispatch import service
from services.dispatch.doors import back
from services.dispatch.replies import commands
from services.dispatch.replies.forms import Progress, Report, Returning
from services.dispatch.replies.policy import policy

router = policy.router()


@router.post("/orders/{id}/acceptance")
def accept_order(
    id: str, form: Annotated[OnBehalf, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    order = commands.accept_order(session, id, on_behalf=form.behalf, actor=actor, on=today)
    return back(id, f"已签收，请在{show_due(order.report_due, service.calendar(session))}前反馈。")


@router.post("/orders/{id}/return")
def return_order(
    id: str, form: Annotated[Returning, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    order = commands.return_order(session, id, **form.said(), actor=actor, on=today)
    if order.for_meeting:
        return back(id, "退回次数已用完，再退回不予受理，已提交联席会议，会前仍由贵单位办理。")
    return back(
        id, f"已退回，牵头部门{show_due(order.decide_due, service.calendar(session))}前裁定。"
    )


@router.post("/orders/{id}/report")
def report_order(
    id: str, form: Annotated[Report, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    commands.report_order(
        session,
        id,
        form.draft(),
        on_behalf=form.behalf,
        received_on=form.received_on,
        entry_reason=form.entry_reason,
        actor=actor,
        on=today,
    )
    return back(id, "反馈已收到。说已解决的，接着由村里核实。")


@router.post("/orders/{id}/progress")
def report_progress(
    id: str, form: Annotated[Progress, FromPage()], session: Transaction, actor: Who, today: Today
) -> RedirectResponse:
    commands.report_progress(session, id, **form.said(), actor=actor, on=today)
    return back(id, "进展已记入。")
