"""Time limits as the documents write them: 15 working days ("15WD"), 10 calendar days ("10CD")."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from rulebook.calendar import Shift, WorkingCalendar


@dataclass(frozen=True)
class Limit:
    """A number of working days (WD) or calendar days (CD); a pydantic field of this type takes
    "15WD".
    """

    days: int
    unit: Literal["WD", "CD"]

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """`ValueError` with a Chinese text unless it is written like 15WD or 10CD."""
        match = re.fullmatch(r"(\d{1,4})(WD|CD)", text)
        if not match:
            raise ValueError(f"时限“{text}”写法不对，请写成15WD（工作日）或10CD（自然日）")
        return cls(int(match[1]), "WD" if match[2] == "WD" else "CD")

    def __str__(self) -> str:
        return f"{self.days}{self.unit}"

    @property
    def label(self) -> str:
        return f"{self.days}个工作日" if self.unit == "WD" else f"{self.days}天"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        parsed = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=parsed,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), parsed]),
            serialization=core_schema.to_string_ser_schema(),
        )


def due(
    start: date,
    limit: Limit,
    calendar: WorkingCalendar,
    shift_calendar: Shift = Shift.NEXT,
    *,
    count_start_day: bool = False,
) -> date:
    """The last day of the limit; the start day counts only if told so (B-05).

    A limit in calendar days that ends on a day off moves as `shift_calendar` says (B-04); one of 0
    days is the same day, whatever day that is.
    """
    if limit.days == 0:
        return start
    begin = start - timedelta(1) if count_start_day else start
    if limit.unit == "WD":
        return calendar.add(begin, limit.days)
    return calendar.shift(begin + timedelta(limit.days), shift_calendar)


def before(end: date, limit: Limit, calendar: WorkingCalendar) -> date:
    """The day that lies the limit before `end`, as a notice before a meeting; calendar days move to
    the day before.
    """
    if limit.unit == "WD":
        return calendar.add(end, -limit.days)
    return calendar.shift(end - timedelta(limit.days), Shift.PREVIOUS)
