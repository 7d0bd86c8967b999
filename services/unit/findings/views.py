"""What a door answers: a finding for programs, without ID number and telephone; the list of notices."""

from pydantic import BaseModel

from kit.dates import show_month
from kit.lists import Column, Listing
from schemas.codes import RiskCause
from schemas.values import Since
from services.unit.findings.queries import FindingView
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


NOTICES = Listing[FindingView](
    [
        Column("month", "月份", lambda view: show_month(view.finding.month)),
        Column("head_name", "户主", lambda view: view.household.head_name),
        Column("place", "村组"),
        Column("causes", "原因"),
        Column("risk_point", "风险点", lambda view: view.finding.risk_point),
        Column("matter", "需解决的事", lambda view: view.finding.matter),
        Column("unit_name", "单位"),
        Column("fate", "办理情况"),
    ]
)
