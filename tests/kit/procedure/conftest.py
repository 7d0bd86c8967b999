"""The rules of the default pack, and rows of the two tables."""

from datetime import date
from types import SimpleNamespace

import pytest

from rulebook.calendar import state_council
from rulebook.packs import load_pack
from rulebook.terms import Terms
from schemas.codes import CaseDecision, GapItem, OrderState
from services.dispatch.orders.procedure import ORDER


@pytest.fixture(scope="session")
def terms() -> Terms:
    return Terms(load_pack("default"), state_council())


def an_order(state: OrderState = OrderState.TO_ROUTE, **dues: date | None) -> SimpleNamespace:
    blank = {clock.field: None for clock in ORDER.clocks}
    return SimpleNamespace(
        id="o1",
        state=state,
        gap_item=GapItem.MEDICAL_COST,
        department="housing",
        village="990121100201",
        **blank | dues,
    )


def a_case(decision: CaseDecision = CaseDecision.OPEN, **more: date) -> SimpleNamespace:
    return SimpleNamespace(
        id="c1", decision=decision, **{"verify_due": None, "recheck_due": None} | more
    )
