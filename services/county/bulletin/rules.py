"""Decisions about the monthly bulletin (D13): figures, who may be named, the hash."""

import hashlib
import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from schemas.codes import Timeliness


def percent(part: int, whole: int, decimals: int = 2) -> str:
    """`part` of `whole` in per cent, half-up; "—" without a denominator: 9704/14293 -> "67.89%"
    (R-03, GT-02).
    """
    return "—" if whole == 0 else f"{_rounded(Decimal(100 * part) / whole, decimals)}%"


def average(total: int, count: int, decimals: int = 1) -> str:
    """Half-up; "—" without a denominator: 13755/3879 -> "3.5" (R-04, B-17)."""
    return "—" if count == 0 else str(_rounded(Decimal(total) / count, decimals))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def rate(part: int, whole: int, decimals: int = 2) -> dict[str, Any]:
    """A rate as it is printed everywhere: with its numerator and denominator (R-12)."""
    return {"part": part, "whole": whole, "percent": percent(part, whole, decimals)}


def mean(total: int, count: int, decimals: int = 1) -> dict[str, Any]:
    return {"total": total, "count": count, "average": average(total, count, decimals)}


def timeliness_as_of(
    timeliness: str, reported_on: date | None, due: date | None, as_of: date
) -> str:
    """A reporter's timeliness at the cut-off: what came later had not come yet."""
    if reported_on is not None and reported_on > as_of:
        reported_on = None
    elif timeliness in (Timeliness.ON_TIME, Timeliness.LATE):
        return timeliness
    if reported_on is None and due is not None:
        return Timeliness.MISSING if as_of > due else Timeliness.WAITING
    return timeliness


def came_by(day: date | None, as_of: date) -> date | None:
    """The day, unless it lies after the cut-off."""
    return day if day is not None and day <= as_of else None


def may_be_named(explained: bool, reply_due: date, on: date) -> bool:
    """Who is to be named is heard first, or has let the limit pass (D13)."""
    return explained or on > reply_due


def canonical(content: dict[str, Any]) -> str:
    """The one text of a content: sorted keys, no spaces, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 of the text in UTF-8, hex."""
    return hashlib.sha256(text.encode()).hexdigest()
