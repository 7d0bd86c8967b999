"""Decisions. Standard library and rulebook only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.codes import Coded, OrderClock, OrderState
from services.county.bulletin.rules import came_by

AGES = ((5, "5个工作日以内"), (10, "6至10个工作日"), (15, "11至15个工作日"), (30, "16至30个工作日"))
OLDEST = "30个工作日以上"
SOLVED = (OrderState.SOLVED, OrderState.ANSWERED, OrderState.CONFIRMED, OrderState.CLOSED)

# Who solves is still waited for: afterwards the clock of the solution runs no longer.
SOLVING = (OrderState.ISSUED, OrderState.RETURNED, OrderState.ACCEPTED, OrderState.UNDER_WAY)


class Flag(Coded):
    """What an order is late with: two flags, never one (docs/domain/states.md)."""

    UNREPORTED = "unreported", "逾期未反馈"
    UNSOLVED = "unsolved", "逾期未解决"


@dataclass(frozen=True)
class Span:
    """The days between two cut-offs, the first and the last included."""

    since: date
    as_of: date

    def holds(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.as_of

    def came(self, day: date | None) -> date | None:
        """The day, unless it lies behind the cut-off: then nothing had come."""
        return came_by(day, self.as_of)

    def owed(self, due: date | None, done: date | None) -> bool:
        """Whether the clock ended here: by what was done, or by its day."""
        ends = [day for day in (due, self.came(done)) if day is not None]
        return bool(ends) and self.holds(min(ends))


def is_unreported(report_due: date | None, reported_on: date | None, on: date) -> bool:
    """逾期未反馈: the report's day has passed in silence."""
    return report_due is not None and reported_on is None and on > report_due


def is_unsolved(solve_due: date | None, state: str, on: date) -> bool:
    """逾期未解决: the day has passed and nothing is solved or answered."""
    return solve_due is not None and state not in SOLVED and on > solve_due


def late_with(overdue: Sequence[str]) -> list[str]:
    """Which clocks have passed, by their names: 村级核实逾期 is not the department's (F-11)."""
    labels = {clock.value: clock.label for clock in OrderClock}
    return [f"{labels.get(clock, clock)}逾期" for clock in overdue]


def age_of(days: int) -> str:
    """The ageing table's column for working days since the first issue."""
    return next((name for limit, name in AGES if days <= limit), OLDEST)


def ages() -> list[str]:
    return [*(name for _, name in AGES), OLDEST]
