"""Decisions about figures: shares as they are printed, and what a state was at the cut-off."""

from collections.abc import Iterable
from datetime import date

from rulebook.figures import average, came_by, percent
from schemas.codes import Content, Timeliness
from services.county.figures import Mean, Rate

CAME = (Timeliness.ON_TIME, Timeliness.LATE)


def rate(part: int, whole: int, decimals: int = 2) -> Rate:
    """A share as it is printed everywhere: with its numerator and denominator (R-12)."""
    return Rate(part=part, whole=whole, percent=percent(part, whole, decimals))


def mean(total: int, count: int, decimals: int = 1) -> Mean:
    return Mean(total=total, count=count, average=average(total, count, decimals))


def timeliness_as_of(
    timeliness: Timeliness, reported_on: date | None, due: date | None, as_of: date
) -> Timeliness:
    """A reporter's timeliness at the cut-off: what came later had not come yet."""
    if reported_on is not None and reported_on > as_of:
        reported_on = None
    elif timeliness in CAME:
        return timeliness
    if reported_on is None and due is not None:
        return Timeliness.MISSING if as_of > due else Timeliness.WAITING
    return timeliness


def is_exempt(reason: str | None, exempt_on: date | None, as_of: date) -> bool:
    """Exempted with a reason by the end of the day."""
    return reason is not None and (exempt_on is None or exempt_on <= as_of)


def content_of_township(villages: Iterable[Content | None]) -> Content | None:
    """What a signed township declares, from its expected villages (None: that one is silent): nil
    only when each of them declared nil (F-02); findings where any village has some.
    """
    declared = list(villages)
    if Content.FINDINGS in declared:
        return Content.FINDINGS
    all_nil = bool(declared) and all(content is Content.NIL for content in declared)
    return Content.NIL if all_nil else None


__all__ = [
    "CAME",
    "came_by",
    "content_of_township",
    "is_exempt",
    "mean",
    "rate",
    "timeliness_as_of",
]
