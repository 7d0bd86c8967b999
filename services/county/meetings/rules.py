"""Decisions. Standard library and rulebook only."""

from collections.abc import Sequence
from datetime import date

from schemas.codes import Coded, OrderState
from services.county.orders.rules import SOLVED


def is_heard(state: str, hearing_due: date, on: date) -> bool:
    """A missed-discovery candidate may be spoken of once the tier was heard, or let the limit pass
    (B-35).
    """
    return state in ("heard", "silent", "confirmed") or (state == "open" and on > hearing_due)


class Outcome(Coded):
    """What became of a decision."""

    NOTHING_TO_DO = "nothing_to_do", "—"
    NOT_ISSUED = "not_issued", "尚未交办"
    UNDER_WAY = "under_way", "办理中"
    OVERDUE = "overdue", "未完成，已逾期"
    SOLVED = "solved", "已解决，待办结"
    CLOSED = "closed", "已办结"
    CLOSED_LATE = "closed_late", "已办结（晚于议定期限）"
    REPORTED_DONE = "reported_done", "已完成"  # a policy, by a person's word


DONE = (Outcome.SOLVED, Outcome.CLOSED, Outcome.CLOSED_LATE, Outcome.REPORTED_DONE)


SLOWEST_FIRST = (
    Outcome.OVERDUE,
    Outcome.NOT_ISSUED,
    Outcome.UNDER_WAY,
    Outcome.SOLVED,
    Outcome.CLOSED_LATE,
    Outcome.CLOSED,
)


def order_outcome(
    state: OrderState | None, closed_on: date | None, due: date | None, on: date
) -> Outcome:
    """What became of a decision about an order; `state` None: there is none."""
    if state is None:
        return Outcome.NOT_ISSUED
    if state == OrderState.CLOSED:
        late = due is not None and closed_on is not None and closed_on > due
        return Outcome.CLOSED_LATE if late else Outcome.CLOSED
    if state in SOLVED:
        return Outcome.SOLVED
    return _open(due, on)


def slowest(outcomes: Sequence[Outcome]) -> Outcome:
    """Of several orders that one decision binds: the one that is furthest from its end."""
    return min(outcomes, key=SLOWEST_FIRST.index)


def policy_outcome(done_on: date | None, due: date | None, on: date) -> Outcome:
    """What became of a decision to mend a policy: a person reports it done (D-12)."""
    return Outcome.REPORTED_DONE if done_on is not None else _open(due, on)


def _open(due: date | None, on: date) -> Outcome:
    return Outcome.OVERDUE if due is not None and on > due else Outcome.UNDER_WAY


def is_done(outcome: Outcome) -> bool:
    return outcome in DONE


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
    return [name for name, given in needs[kind] if not given]
