"""Whether a report is late, missing or nil, and who reports where."""

from collections.abc import Sequence
from datetime import date

from schemas.codes import Coded, Content, Timeliness


class Reporter(Coded):
    """Who reports on tier 1 (N-04, N-06, N-08)."""

    GROUP = "GROUP", "村民小组"
    VILLAGE = "VILLAGE", "村"
    TOWNSHIP = "TOWNSHIP", "乡镇"


def called(month: str, on: date) -> str:
    """本月, or 9月 of one that has passed (2025年12月 of a year that has)."""
    if month == f"{on:%Y-%m}":
        return "本月"
    year = "" if month[:4] == f"{on:%Y}" else f"{month[:4]}年"
    return f"{year}{int(month[5:])}月"


def is_late(received_on: date, due: date) -> bool:
    """A report is in time until the end of its due day (N-04, N-06, N-08)."""
    return received_on > due


def timeliness(received_on: date, due: date) -> Timeliness:
    return Timeliness.LATE if is_late(received_on, due) else Timeliness.ON_TIME


def timeliness_of_silence(on: date, due: date, opened_on: date) -> Timeliness:
    """Of somebody who has (again) not reported, seen on this day. Nobody is missing for a day that
    had passed when the month was opened.
    """
    return Timeliness.MISSING if is_late(on, due) and due >= opened_on else Timeliness.WAITING


def content(nil: bool) -> Content:
    return Content.NIL if nil else Content.FINDINGS


def content_of_township(villages: Sequence[Content | None]) -> Content | None:
    """What a signed township says, from its expected villages: nil only when each of them declared
    nil; one that is silent, or has only a draft, declared nothing (GT-25, F-02).
    """
    if Content.FINDINGS in villages:
        return Content.FINDINGS
    all_nil = bool(villages) and all(content is Content.NIL for content in villages)
    return Content.NIL if all_nil else None


def reporter_at(division: str, group: str | None = None) -> tuple[Reporter, str]:
    """Kind and code of the reporter at a twelve-digit division, or of one of a village's groups."""
    if group:
        return Reporter.GROUP, f"{division}/{group}"
    return (Reporter.TOWNSHIP if division.endswith("000") else Reporter.VILLAGE), division
