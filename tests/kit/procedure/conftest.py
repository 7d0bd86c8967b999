"""The rules of the default pack, and rows of the two tables."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from rulebook.calendar import state_council
from rulebook.limits import Limit
from rulebook.packs import load_pack
from rulebook.terms import Terms
from schemas.codes import CaseDecision, GapItem, OrderState
from tests.kit.procedure.orders import ORDER

OFFICE_LIMITS = ("dispatch.route_limit", "dispatch.close_limit")  # one day, not in every pack yet


class OrderTerms(Terms):
    def _value(self, key: str) -> Any:
        return Limit(1, "WD") if key in OFFICE_LIMITS else super()._value(key)

    def source(self, key: str, row: Any = None) -> str:
        return "PROPOSED" if key in OFFICE_LIMITS else super().source(key, row)


@pytest.fixture(scope="session")
def terms() -> OrderTerms:
    return OrderTerms(load_pack("default"), state_council())


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
