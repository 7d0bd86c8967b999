"""Decisions. Standard library and rulebook only."""

from datetime import date

from schemas.codes import Coded, OrderState

AGES = ((5, "5个工作日以内"), (10, "6至10个工作日"), (15, "11至15个工作日"), (30, "16至30个工作日"))
OLDEST = "30个工作日以上"
SOLVED = (OrderState.SOLVED, OrderState.ANSWERED, OrderState.CONFIRMED, OrderState.CLOSED)


class Flag(Coded):
    """What an order is late with: two flags, never one (docs/domain/states.md)."""

    UNREPORTED = "unreported", "逾期未反馈"
    UNSOLVED = "unsolved", "逾期未解决"


def is_unreported(report_due: date | None, reported_on: date | None, on: date) -> bool:
    """逾期未反馈: the report's day has passed in silence."""
    return report_due is not None and reported_on is None and on > report_due


def is_unsolved(solve_due: date | None, state: str, on: date) -> bool:
    """逾期未解决: the day has passed and nothing is solved or answered."""
    return solve_due is not None and state not in SOLVED and on > solve_due


def age_of(days: int) -> str:
    """The ageing table's column for working days since the first issue."""
    return next((name for limit, name in AGES if days <= limit), OLDEST)


def ages() -> list[str]:
    return [*(name for _, name in AGES), OLDEST]
