"""What a finding answers, with what became of it."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import RiskCause, Severity
from services.village.findings.rules import Stage, Step


class FindingOut(BaseModel, from_attributes=True):
    id: str
    month: str
    household: str
    village: str
    township: str
    group: str | None
    stage: Stage
    on_register: bool
    head_name: str
    causes: list[RiskCause]
    risk_point: str | None
    matter: str | None
    note: str | None
    severity: Severity
    found_on: date
    by_name: str
    on_behalf_of: str | None
    village_agreed: bool | None
    township_agreed: bool | None
    struck_out: str | None
    already_reported: bool
    urgent_on: date | None
    urgent_signed_on: date | None
    supplement: int | None
    waits_for: Step | None
    fate: list[str] = []
