"""Who needs one-time codes. Standard library and rulebook only."""

from collections.abc import Iterable

from schemas.codes import Role

RECOVERY = 8  # codes on a paper, each good once


def needs_codes(roles: Iterable[Role], needing: Iterable[Role]) -> bool:
    """Whether somebody in these roles signs in with a code."""
    return not set(roles).isdisjoint(needing)
