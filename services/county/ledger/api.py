"""Doors of the ledger (D8)."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from kit.web import Transaction, Who
from services.county.ledger import commands, queries
from services.county.ledger.forms import LedgerFilter, MonitoredForm
from services.county.ledger.policy import policy
from services.county.ledger.views import LedgerPage

router = policy.router()


class Entered(BaseModel):
    changed: int
    unchanged: int


@router.post("/monitored-households", status_code=201)
def enter_monitored_households(
    body: list[MonitoredForm], session: Transaction, actor: Who
) -> Entered:
    """In bulk: all rows or none. `village`: the code of a village of this county's table of
    divisions; 422 for any other.
    """
    changed, unchanged = commands.enter_monitored_households(session, body, actor=actor)
    return Entered(changed=changed, unchanged=unchanged)


@router.get("/ledger")
def ledger(asked: Annotated[LedgerFilter, Query()], session: Transaction, actor: Who) -> LedgerPage:
    """ID numbers and telephones masked. `place`: a township or village."""
    page = queries.page(session, actor, asked)
    return LedgerPage(total=page.total, page=page.page, rows=list(page.rows))
