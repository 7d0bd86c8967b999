"""What dispatch says of the orders of one department."""

from datetime import date
from typing import Any

from schemas.codes import GapItem, OrderState
from tests.county.personas import VILLAGE


def order(number: int, on: date, state: OrderState, **more: Any) -> dict[str, Any]:
    """The fields that all events of order `number` have."""
    return {
        "order": f"o{number}",
        "number": f"DQ-990121-202609-{number:04}",
        "case": f"c{number}",
        "household": f"h{number}",
        "village": VILLAGE,
        "gap_item": GapItem.HOUSING_UNSAFE,
        "department": "housing",
        "state": state,
        "on": on,
    } | more
