"""What is done one at a time in county."""

from sqlmodel import Session

from kit.database.locks import hold


def hold_cases(session: Session) -> None:
    """Wait until nobody else opens, decides or weighs cases.

    Taken before any case's row, so that nobody waits for it with a row in hand. Numbers have no
    gaps, a household one open case; and of a village's list and a helper's visit, which come from
    different topics, the second sees the first.
    """
    hold(session, "county.cases")


def hold_names(session: Session) -> None:
    """Wait until nobody else names places or looks for their names: a team or leader never waits
    for a name that is already there.
    """
    hold(session, "county.names")
