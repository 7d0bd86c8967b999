"""Decisions. Standard library and rulebook only."""

from collections.abc import Collection, Mapping
from typing import Any

from schemas.codes import Coded


class TaskState(Coded):
    OPEN = "open", "待核对"
    RESOLVED = "resolved", "已核对"


def resembles(written: str, number: str) -> bool:
    """Whether a mistyped ID number may be meant for `number`: of eighteen characters at most two
    differ (or are swapped).
    """
    return (
        len(written) == len(number)
        and sum(a != b for a, b in zip(written, number, strict=True)) <= 2
    )


def besides(known: Mapping[str, Any], said: Collection[str]) -> dict[str, Any]:
    """What is known beside the fields of which something is said now."""
    return {name: value for name, value in known.items() if name not in said}
