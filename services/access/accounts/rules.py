"""Decisions about accounts and posts. Standard library and rulebook only."""

from datetime import date

from schemas.codes import Coded


class State(Coded):
    """Of an account, and of a post: nothing works before it is confirmed."""

    PROPOSED = "proposed", "待确认"
    ACTIVE = "active", "在用"
    ENDED = "ended", "已收回"


def holds(state: State, since: date, until: date | None, on: date) -> bool:
    """Whether somebody acts in a post on this day; both days count."""
    return state is State.ACTIVE and since <= on and (until is None or on <= until)


def is_period(since: date, until: date | None) -> bool:
    return until is None or since <= until
