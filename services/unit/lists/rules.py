"""Decisions. Standard library and rulebook only."""

from datetime import date


def is_late(signed_on: date, due: date, *, after_signature: bool) -> bool:
    """A unit's list is in time until the end of its due day, by the head's signature (N-11); a
    supplement that follows a signed list is always late.
    """
    return after_signature or signed_on > due
