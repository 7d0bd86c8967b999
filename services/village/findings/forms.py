"""What a door takes: one model a form."""

from datetime import date

from pydantic import BaseModel, Field

from rulebook.months import YearMonth
from schemas.codes import RiskCause, Severity
from schemas.values import Since
from services.village.register.forms import Newcomer


class FindingDraft(BaseModel):
    """A household at risk: our id of it, or who it is when the register does not know it."""

    household: str | None = None
    newcomer: Newcomer | None = None
    causes: tuple[RiskCause, ...] = ()
    risk_point: str | None = Field(default=None, max_length=500)
    matter: str | None = Field(default=None, max_length=500)
    note: str | None = None
    since: Since = Since()
    severity: Severity = Severity.ORDINARY
    found_on: date | None = None
    screened_by: str | None = None
    phone: str | None = None  # as reported, where it differs
    size: int | None = None


class FindingIn(BaseModel):
    village: str
    month: YearMonth
    finding: FindingDraft
    on_behalf_of: str | None = None


class ReviewIn(BaseModel):
    agreed: bool
    reason: str | None = None
    causes: list[RiskCause] = []
    risk_point: str | None = Field(default=None, max_length=500)
    matter: str | None = Field(default=None, max_length=500)
    note: str | None = None


class VerdictIn(BaseModel):
    agreed: bool
    reason: str | None = None
