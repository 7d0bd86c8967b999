"""The ledger that was handed over, for programs."""

from typing import Annotated

from fastapi import Query

from kit.web import Today, Transaction, Who
from services.casework.takeover import commands, queries
from services.casework.takeover.forms import SettleForm, TakeoverFilter
from services.casework.takeover.policy import policy
from services.casework.takeover.views import TAKEOVER, LedgerRowView

router = policy.router()


@router.get("/takeover")
def takeover(
    asked: Annotated[TakeoverFilter, Query()], session: Transaction, actor: Who
) -> list[LedgerRowView]:
    """All rows, by village."""
    rows = TAKEOVER.every(session, queries.rows(actor, asked), asked)
    return [LedgerRowView.model_validate(row) for row in rows]


@router.post("/takeover/{row}")
def settle_ledger_row(
    row: str, body: SettleForm, session: Transaction, actor: Who, today: Today
) -> LedgerRowView:
    """Says whose row it is."""
    return LedgerRowView.model_validate(commands.settle(session, row, body, actor=actor, on=today))
