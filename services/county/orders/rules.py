"""Decisions. Standard library and rulebook only."""

from schemas.codes import Coded, OrderState

SOLVED = (OrderState.SOLVED, OrderState.ANSWERED, OrderState.CONFIRMED, OrderState.CLOSED)


class Flag(Coded):
    """What an order is late with: two flags, never one (docs/domain/states.md)."""

    UNREPORTED = "unreported", "逾期未反馈"
    UNSOLVED = "unsolved", "逾期未解决"
