"""How this service reads the rows of its workbooks."""

from collections.abc import Callable
from typing import Any, TypeVar

from kit.sheets import Refusals, Row
from rulebook import cells
from rulebook.cells import Unclear, text
from schemas.codes import Stratum

T = TypeVar("T")
BLANK = "空白表,已跳过"


class Reading:
    """The cells of one row; `close` raises all that was wrong with it."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.reasons: list[tuple[str, str]] = []

    def cell(self, name: str, parse: Callable[[Any], T]) -> T | None:
        """The cell's meaning, or None and a reason kept."""
        try:
            return parse(self.row[name])
        except ValueError as error:
            self.against(name, str(error))
            return None

    def text(self, name: str, *, needed: bool = False) -> str | None:
        return (
            self.cell(name, lambda value: _needed(text(value), name) if needed else text(value))
            or None
        )

    def against(self, name: str, reason: str) -> None:
        self.reasons.append((name, reason))

    def close(self) -> None:
        if self.reasons:
            raise Refusals(*self.reasons)


def _needed(written: str, name: str) -> str:
    if not written:
        raise Unclear(f"没有填写{name}")
    return written


def person_name(value: Any) -> str:
    """Two to fifty characters, no digits (D3)."""
    written = _needed(text(value), "姓名")
    if not 2 <= len(written) <= 50 or any(char.isdigit() for char in written):
        raise Unclear(f"姓名“{written}”不对,请核对")
    return written


def stratum_of(value: object) -> Stratum:
    written = cells.text(value)  # type: ignore[arg-type]
    try:
        return Stratum(Stratum.labelled(written))
    except KeyError:
        names = "、".join(stratum.label for stratum in Stratum)
        raise Unclear(f"农户类型“{written}”不对;可填:{names}") from None
