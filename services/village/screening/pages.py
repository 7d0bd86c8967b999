"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from kit.web import Today, Transaction, Who, done
from rulebook.months import YearMonth
from services.village.screening import commands

router = APIRouter()


@router.post("/group-reports")
def report_group(
    session: Transaction,
    actor: Who,
    today: Today,
    village: Annotated[str, Form()],
    group: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
    on_behalf_of: Annotated[str | None, Form()] = None,
    back: Annotated[str, Form()] = "/village/",
) -> Response:
    """One tap: nothing found (零报告)."""
    commands.report_group(
        session, village, group, month, nil=True, actor=actor, on=today, on_behalf_of=on_behalf_of
    )
    return done(_own(back), "已报:本月无风险(零报告)。村里上报以前可以收回。")


@router.post("/group-reports/withdrawals")
def withdraw_group_report(
    session: Transaction,
    actor: Who,
    today: Today,
    village: Annotated[str, Form()],
    group: Annotated[str, Form()],
    month: Annotated[YearMonth, Form()],
    back: Annotated[str, Form()] = "/village/",
) -> Response:
    commands.withdraw_group_report(session, village, group, month, actor=actor, on=today)
    return done(_own(back), "已收回,请重新报送。")


def _own(back: str) -> str:
    """Only back to a page of ours."""
    return back if back.startswith("/village/") else "/village/"
