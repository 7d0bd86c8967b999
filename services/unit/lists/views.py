"""What programs are told of a list."""

from datetime import date

from pydantic import BaseModel, Field


class ListOut(BaseModel, from_attributes=True):
    unit: str
    month: str
    supplement: int
    nil: bool
    nil_reason: str | None
    unverified_reason: str | None
    received_on: date
    signed_on: date | None
    late: bool | None


class ListAnswerOut(ListOut, extra="forbid"):
    findings: int
    left_behind: list[str] = Field(
        default=[], description="heads of households whose finding is 待补充"
    )
