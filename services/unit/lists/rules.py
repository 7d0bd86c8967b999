"""Decisions. Standard library and rulebook only."""

from collections.abc import Sequence
from datetime import date

from services.unit.visits.rules import Progress


def is_late(signed_on: date, due: date, *, after_signature: bool) -> bool:
    """A unit's list is in time until the end of its due day, by the head's signature (N-11); a
    supplement that follows a signed list is always late.
    """
    return after_signature or signed_on > due


def names_somebody(reason: str, names: Sequence[str]) -> bool:
    """Whether a reason holds personal data (a name, eleven digits or more): it leaves the unit in
    clear.
    """
    digits = "".join(c if c.isascii() and c.isdigit() else " " for c in reason).split()
    return any(name in reason for name in names) or any(len(part) >= 11 for part in digits)


def not_contacted(progress: Progress) -> str:
    """83户没有联系、1户没联系上."""
    parts = ((progress.neglected, "户没有联系"), (progress.unreached, "户没联系上"))
    return "、".join(f"{count}{words}" for count, words in parts if count)
