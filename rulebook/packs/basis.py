"""What all sections of a pack are made of.

No default stands in a section: a business number lives in a TOML file, beside its source.
"""

from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

T = TypeVar("T")
UNUSED = object()
Unused = Annotated[T, UNUSED]
"""A value that this version does not read yet: a pack of a county's own may not state it. Who begins
to read it takes the mark off; a test compares the marks with the code."""

Day = Annotated[int, Field(ge=1, le=31)]


def _due_day(value: object) -> object:
    if value == "LAST" or (type(value) is int and 1 <= value <= 31):
        return value
    raise ValueError("应为1到31的整数,或LAST(月末)")


DueDay = Annotated[int | Literal["LAST"], PlainValidator(_due_day)]
Months = Annotated[int, Field(ge=0)]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
DepartmentCode = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
Cycle = Literal["MONTHLY", "BIMONTHLY", "QUARTERLY", "HALF_YEARLY", "ANY"]
"""ANY means at any time."""


def _distinct(days: tuple[int, ...]) -> tuple[int, ...]:
    if any(n < 0 for n in days) or len(set(days)) < len(days):
        raise ValueError("应为不重复的非负整数")
    return days


WorkingDays = Annotated[tuple[int, ...], AfterValidator(_distinct)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
