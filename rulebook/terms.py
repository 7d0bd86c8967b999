"""A pack's limits by their dotted keys, counted on the calendar: what a procedure asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from rulebook.calendar import WorkingCalendar
from rulebook.limits import Limit
from rulebook.packs import Pack
from rulebook.packs.basis import Section

NO_LIMIT = "没有规定时限"


@dataclass(frozen=True)
class Terms:
    """The rules that hold for one row. Where a key has several lines ("dispatch.solve_limit": one a
    gap item, one for all others), the row's own fields choose: the line that says most and nothing
    against the row. `LookupError` for a key that the pack has not.
    """

    pack: Pack
    calendar: WorkingCalendar

    def limit(self, key: str, row: Any = None) -> Limit:
        """`LookupError` also where the pack deliberately gives none: ask `gives` first."""
        value = self._value(self._line(key, row))
        if value is None:
            raise LookupError(f"{self.pack.name} gives no {key}")
        return value if isinstance(value, Limit) else value.limit

    def gives(self, key: str) -> bool:
        """Whether the pack gives this limit at all ("identify.comparison_limit")."""
        return self._value(key) is not None

    def due(self, key: str, start: date, row: Any = None) -> date:
        """The last day of the limit, under the pack's way of counting."""
        return self.pack.due(start, self.limit(key, row), self.calendar)

    def words(self, key: str, row: Any = None) -> str:
        """15个工作日"""
        return self.limit(key, row).label if self.gives(key) else NO_LIMIT

    def source(self, key: str, row: Any = None) -> str:
        """Where the limit comes from, as the pack says."""
        return self.pack.source(self._line(key, row))

    def days(self, key: str) -> Sequence[int]:
        days: Sequence[int] = self._value(key)
        return days

    def shift(self, day: date, working_days: int) -> date:
        """So many working days after `day`, or before it."""
        return self.calendar.add(day, working_days)

    def is_provisional(self, day: date) -> bool:
        return self.calendar.is_provisional(day)

    def _value(self, key: str) -> Any:
        key, _, line = key.rstrip("]").partition("[")
        try:
            value: Any = reduce(getattr, key.split("."), self.pack)
        except AttributeError:
            raise LookupError(f"the pack has no {key}") from None
        return value[int(line)] if line else value

    def _line(self, key: str, row: Any) -> str:
        """The key itself, or of its line for this row ("dispatch.solve_limit[1]")."""
        lines = self._value(key)
        if not (isinstance(lines, tuple) and all(isinstance(line, Section) for line in lines)):
            return key
        fitting = [
            (len(_said(line)), f"{key}[{index}]")
            for index, line in enumerate(lines)
            if all(getattr(row, field, None) == value for field, value in _said(line).items())
        ]
        if not fitting:
            raise LookupError(f"the pack has no line of {key} for {row!r}")
        return max(fitting, key=lambda candidate: candidate[0])[1]


def _said(line: Section) -> dict[str, Any]:
    """What a line says of the rows it is for."""
    return {field: value for field, value in line if field != "limit" and value is not None}
