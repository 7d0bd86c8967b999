"""Whether a report is late, missing or nil, and who reports where."""

from datetime import date

from schemas.codes import Coded, Content, Timeliness


class Reporter(Coded):
    """Who reports on tier 1 (N-04, N-06, N-08)."""

    GROUP = "GROUP", "村民小组"
    VILLAGE = "VILLAGE", "村"
    TOWNSHIP = "TOWNSHIP", "乡镇"


def is_late(received_on: date, due: date) -> bool:
    """A report is in time until the end of its due day (N-04, N-06, N-08)."""
    return received_on > due


def timeliness(received_on: date, due: date) -> Timeliness:
    return Timeliness.LATE if is_late(received_on, due) else Timeliness.ON_TIME


def timeliness_of_silence(on: date, due: date) -> Timeliness:
    """Of somebody who has (again) not reported, seen on this day."""
    return Timeliness.MISSING if is_late(on, due) else Timeliness.WAITING


def content(nil: bool) -> Content:
    return Content.NIL if nil else Content.FINDINGS


def reporter_at(division: str, group: str | None = None) -> tuple[Reporter, str]:
    """Kind and code of the reporter at a twelve-digit division, or of one of a village's groups."""
    if group:
        return Reporter.GROUP, f"{division}/{group}"
    return (Reporter.TOWNSHIP if division.endswith("000") else Reporter.VILLAGE), division
