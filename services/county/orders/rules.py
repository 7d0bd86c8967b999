"""Decisions. Standard library and rulebook only."""

from collections.abc import Sequence

from schemas.codes import Coded, OrderClock, OrderState

SOLVED = (OrderState.SOLVED, OrderState.ANSWERED, OrderState.CONFIRMED, OrderState.CLOSED)

# Who solves is still waited for: afterwards the clock of the solution runs no longer.
SOLVING = (OrderState.ISSUED, OrderState.RETURNED, OrderState.ACCEPTED, OrderState.UNDER_WAY)


class Flag(Coded):
    """What an order is late with: two flags, never one (docs/domain/states.md)."""

    UNREPORTED = "unreported", "逾期未反馈"
    UNSOLVED = "unsolved", "逾期未解决"


def late_with(overdue: Sequence[str]) -> list[str]:
    """Which clocks have passed, by their names: 村级核实逾期 is not the department's (F-11)."""
    labels = {clock.value: clock.label for clock in OrderClock}
    return [f"{labels.get(clock, clock)}逾期" for clock in overdue]
