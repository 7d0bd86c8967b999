"""A group's screening in one tap."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi.responses import Response

from kit.web import Today, Transaction, Who, done
from services.village.screening import commands
from services.village.screening.forms import TapForm
from services.village.screening.policy import policy

router = policy.router()


@router.post("/group-reports")
def report_group(
    session: Transaction, actor: Who, today: Today, form: Annotated[TapForm, FromPage()]
) -> Response:
    """Nothing found (零报告)."""
    commands.report_group(
        session,
        form.village,
        form.group,
        form.month,
        nil=True,
        actor=actor,
        on=today,
        on_behalf_of=form.on_behalf_of,
    )
    return done(_own(form.back), "已报：本月无风险（零报告）。村里上报以前可以收回。")


@router.post("/group-reports/withdrawals")
def withdraw_group_report(
    session: Transaction, actor: Who, today: Today, form: Annotated[TapForm, FromPage()]
) -> Response:
    commands.withdraw_group_report(
        session, form.village, form.group, form.month, actor=actor, on=today
    )
    return done(_own(form.back), "已收回，请重新报送。")


def _own(back: str) -> str:
    """Only back to a page of ours."""
    return back if back.startswith("/village/") else "/village/"
