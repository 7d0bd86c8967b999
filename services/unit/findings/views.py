"""What programs are told of a finding; no ID number, no telephone."""

from pydantic import BaseModel

from schemas.codes import RiskCause
from schemas.values import Since
from services.unit.findings.rules import FindingState


class FindingOut(BaseModel):
    id: str
    month: str
    unit: str
    household: str
    head_name: str
    place: str
    helper: str
    state: FindingState
    causes: list[RiskCause]
    since: Since
    risk_point: str | None
    matter: str | None
    struck_reason: str | None
    case_number: str | None
    fate: str
