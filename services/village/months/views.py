"""What a month answers: its days, and where each reporter stands."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import Content, Timeliness
from services.village.months.rules import Reporter


class MonthOut(BaseModel, from_attributes=True):
    month: str
    opened_on: date
    group_due: date
    village_due: date
    township_due: date
    pack: str
    closed_on: date | None


class ReporterOut(BaseModel, from_attributes=True):
    kind: Reporter
    code: str
    division: str
    group: str | None
    due: date
    timeliness: Timeliness
    content: Content | None
    received_on: date | None
    written_on: date | None
    entered_on: date | None
    receipt_reason: str | None
    by_name: str | None
    on_behalf_of: str | None
    exempt_reason: str | None
    exempt_on: date | None


class MonthStatus(MonthOut):
    groups: list[ReporterOut]
    villages: list[ReporterOut]
    townships: list[ReporterOut]
