"""What programs are told of months."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import Content, Timeliness
from services.unit.lists.views import ListOut


class MonthOut(BaseModel):
    """`opened` False: there is nobody to expect yet."""

    month: str
    opened: bool
    visit_due: date | None = None
    report_due: date | None = None


class UnitStatusOut(BaseModel):
    unit: str
    name: str
    timeliness: Timeliness
    content: Content
    required: int
    contacted: int
    unreached: int
    neglected: int
    exempt_reason: str | None
    lists: list[ListOut]


class MonthStatus(MonthOut):
    units: list[UnitStatusOut]


class ExemptedOut(BaseModel):
    """`exempted`: the unit's code or the household's id."""

    month: str
    exempted: str
    reason: str
