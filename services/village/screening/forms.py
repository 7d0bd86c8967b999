"""What a door takes: one model a form."""

from pydantic import BaseModel

from rulebook.months import YearMonth
from services.village.findings.forms import FindingDraft
from services.village.months.forms import Receiving


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
