"""How this service reads the rows of its workbooks."""

from collections.abc import Callable
from typing import Any

from kit.sheets import Refusals, Row, SheetReport
from rulebook import cells
from rulebook.cells import Unclear

EMPTY = "空白表,已跳过"


class Reader:
    """Reads a row's cells and gathers every reason against it, before anything is written."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.reasons: list[tuple[str, str]] = []

    def read(self, name: str, meaning: Callable[..., Any], *more: Any) -> Any:
        """What the cell means; None, and a reason, when that is unclear."""
        try:
            return meaning(self.row[name], *more)
        except Unclear as unclear:
            self.object(name, str(unclear))
            return None

    def text(self, name: str) -> str:
        """A cell that must not be empty."""
        written = cells.text(self.row[name])  # type: ignore[arg-type]
        if not written:
            self.object(name, f"没有填写{name}")
        return written

    def object(self, name: str, reason: str) -> None:
        self.reasons.append((name, reason))

    def check(self) -> None:
        if self.reasons:
            raise Refusals(*self.reasons)


def count(report: SheetReport, taken: bool) -> None:
    if taken:
        report.taken += 1
    else:
        report.unchanged += 1


def noted(report: SheetReport) -> SheetReport:
    if not (report.taken or report.unchanged or report.refused):
        report.notes.append(EMPTY)
    return report
