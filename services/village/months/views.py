"""What a door answers."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import Content, Timeliness
from services.village.months.rules import Reporter


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
