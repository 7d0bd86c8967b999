"""What all sections of a pack are made of.

No default stands in a section: a business number lives in a TOML file, beside its source.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo

from schemas.codes import GapItem, RiskCause

T = TypeVar("T")
UNUSED = object()
Unused = Annotated[T, UNUSED]
"""A value that this version does not read yet: a pack of a county's own may not state it. Who begins
to read it takes the mark off; a test compares the marks with the code."""

Day = Annotated[int, Field(ge=1, le=31)]


def _due_day(value: object) -> object:
    if value == "LAST" or (type(value) is int and 1 <= value <= 31):
        return value
    raise ValueError("应为1到31的整数，或LAST（月末）")


DueDay = Annotated[int | Literal["LAST"], PlainValidator(_due_day)]
Months = Annotated[int, Field(ge=0)]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Share = Annotated[str, Field(pattern=r"^>?[1-9]\d*/[1-9]\d*$")]
"""At least so much of a whole ("2/3"), or more than it (">1/2")."""
DepartmentCode = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
Cycle = Literal["MONTHLY", "BIMONTHLY", "QUARTERLY", "HALF_YEARLY", "ANY"]
"""ANY means at any time."""


def _distinct(days: tuple[int, ...]) -> tuple[int, ...]:
    if any(n < 0 for n in days) or len(set(days)) < len(days):
        raise ValueError("应为不重复的非负整数")
    return days


WorkingDays = Annotated[tuple[int, ...], AfterValidator(_distinct)]


def _one_of(kind: str, built_in: Iterable[str]) -> AfterValidator:
    """A code that is built in or that the pack itself adds (the validation's context)."""
    known = tuple(built_in)

    def check(code: str, info: ValidationInfo) -> str:
        every = (*known, *(info.context or {}).get(kind, ()))
        if code not in every:
            raise ValueError(f"只能是{'、'.join(every)}")
        return code

    return AfterValidator(check)


CAUSES, GAP_ITEMS = tuple(RiskCause), tuple(GapItem)  # before any pack adds to them
CauseCode = Annotated[str, _one_of("causes", CAUSES)]
GapCode = Annotated[str, _one_of("gap_items", GAP_ITEMS)]
NewCode = Annotated[str, Field(pattern=r"^[A-Z]+(_[A-Z]+)*$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
