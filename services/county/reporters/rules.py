"""Decisions about a reporter's month."""

from datetime import date

from schemas.codes import Timeliness


def timeliness(late: bool) -> Timeliness:
    return Timeliness.LATE if late else Timeliness.ON_TIME


def after_withdrawal(on: date, due: date | None) -> Timeliness:
    """A report taken back in time is waited for; afterwards it is missing."""
    return Timeliness.MISSING if due is not None and on > due else Timeliness.WAITING


def due_since(due: date, opened_on: date | None) -> date | None:
    """The due day that a reporter can be named for: none that had passed when the month was opened.
    `opened_on` None: an event that does not say when.
    """
    return None if opened_on and due < opened_on else due


def is_late(received_on: date, due: date) -> bool:
    """In time until the end of the due day (N-12)."""
    return received_on > due


def is_complete(nil: bool, findings: int) -> bool:
    """A report has findings or declares that there are none: never both, never neither (GT-25)."""
    return nil != (findings > 0)
