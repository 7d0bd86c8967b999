"""Decisions. Standard library and rulebook only."""

from collections.abc import Sequence
from datetime import date

from schemas.codes import OrderState
from services.county.orders.rules import SOLVED


def is_heard(state: str, hearing_due: date, on: date) -> bool:
    """A missed-discovery candidate may be spoken of once the tier was heard, or let the limit pass
    (B-35).
    """
    return state in ("heard", "silent", "confirmed") or (state == "open" and on > hearing_due)


def order_outcome(state: str | None, closed_on: date | None, due: date | None, on: date) -> str:
    """What became of a decision about an order: 已办结, 已解决待办结, 未完成(逾期), 办理中 or
    尚未交办.
    """
    if state is None:
        return "尚未交办"
    if state == OrderState.CLOSED:
        late = due is not None and closed_on is not None and closed_on > due
        return "已办结(晚于议定期限)" if late else "已办结"
    if state in SOLVED:
        return "已解决,待办结"
    return "未完成,已逾期" if due is not None and on > due else "办理中"


def is_done(outcome: str) -> bool:
    return outcome.startswith("已")


def missing_of_decision(
    kind: str,
    *,
    order: bool,
    case: bool,
    department: bool,
    due: bool,
    gap_item: bool,
    question: bool,
) -> Sequence[str]:
    """What a decision of this kind still needs, in words for the clerk."""
    needs = {
        "order_due": (("一张交办单", order), ("完成期限", due)),
        "reassign": (("一张交办单", order), ("接办部门", department)),
        "new_order": (("一个已核实的户", case), ("缺项", gap_item), ("要部门回答的问题", question)),
        "policy": (("责任部门", department), ("完成期限", due)),
        "noted": (),
    }
    return [name for name, there in needs[kind] if not there]
