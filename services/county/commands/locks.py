"""One at a time, where two transactions must see each other's work."""

from sqlalchemy import text
from sqlmodel import Session

CASES = text("SELECT pg_advisory_xact_lock(hashtext('county.cases'))")


def hold_cases(session: Session) -> None:
    """Wait until nobody else opens, decides or weighs cases.

    Taken before any case's row, so that nobody waits for it with a row in hand. Numbers have no gaps, a household one
    open case; and of a village's list and a helper's visit, which come from different topics, the second sees the first.
    """
    session.execute(CASES)
