"""What the JSON doors take and answer."""

from datetime import date

from pydantic import BaseModel, Field

from kit.errors import Refused
from rulebook.months import Day, YearMonth
from schemas.codes import Content, RiskCause, Stratum, Timeliness
from schemas.values import Receipt
from services.village import rules
from services.village.commands import FindingDraft
from services.village.rules import Reporter, Stage


class Receiving(BaseModel):
    """When a paper came, when somebody authorised enters it later (补录); `on_behalf_of`: for whom
    it is entered.
    """

    received_on: Day | None = None
    reason: str | None = None
    written_on: Day | None = None
    on_behalf_of: str | None = None

    def receipt(self, today: date) -> Receipt:
        try:
            return rules.receipt(today, self.received_on, self.reason, self.written_on)
        except ValueError as error:
            raise Refused(str(error)) from error


class MonthIn(BaseModel):
    month: YearMonth


class GroupReportIn(Receiving):
    village: str
    group: str
    month: YearMonth
    nil: bool = False
    findings: list[FindingDraft] = []


class WithdrawalIn(BaseModel):
    village: str
    group: str
    month: YearMonth


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


class ListIn(Receiving):
    village: str
    month: YearMonth
    nil: bool = False


class SignatureIn(BaseModel):
    township: str
    month: YearMonth


class ExemptionIn(BaseModel):
    """A group (with `group`), a village or a township, by its code."""

    division: str
    group: str | None = None
    month: YearMonth
    reason: str


class AnswerIn(BaseModel):
    still_at_risk: bool
    note: str


class ResolutionIn(BaseModel):
    on_register: bool
    outcome: str
    number: str | None = None


class MonthOut(BaseModel, from_attributes=True):
    month: str
    opened_on: date
    group_due: date
    village_due: date
    township_due: date
    pack: str


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
    severity: str
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
    fate: list[str] = []


class ListOut(BaseModel, from_attributes=True):
    village: str
    month: str
    supplement: int
    nil: bool
    late: bool
    received_on: date
    on_behalf_of: str | None


class SignatureOut(BaseModel, from_attributes=True):
    township: str
    month: str
    supplement: int
    signed_on: date
    late: bool
    villages: list[str]
    missing: list[str]


class HouseholdOut(BaseModel, from_attributes=True):
    id: str
    number: str | None
    village: str
    group: str | None
    stratum: Stratum
    size: int
    head_name: str
    on_register: bool


class RecheckOut(BaseModel, from_attributes=True):
    case: str
    number: str
    household: str
    township: str
    due: date
    question: str
    answered_on: date | None
    still_at_risk: bool | None
