"""What a door takes: one model a form."""

from pydantic import BaseModel

from rulebook.months import YearMonth


class MonthIn(BaseModel):
    month: YearMonth


class ExemptionIn(BaseModel):
    """Of a unit, or (with `household`) of one household."""

    month: YearMonth
    unit: str | None = None
    household: str | None = None
    reason: str
