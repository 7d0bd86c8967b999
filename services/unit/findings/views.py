"""What a door answers: a finding for programs, without ID number and telephone; the list of notices."""

from datetime import date

from pydantic import BaseModel

from kit.dates import show_month
from kit.lists import Column, Listing
from schemas.codes import RiskCause, VisitMode
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
    withdrawn_reason: str | None
    verified_on: date | None
    verified_how: VisitMode | None
    case_number: str | None
    orders: list[str]
    fate: str
    ended_on: date | None


def _orders(view: FindingView) -> str:
    return "、".join(order.number for order in view.orders)


REPORTED = Listing[FindingView](  # what one reported oneself, and what became of it
    [
        Column(
            "head_name",
            "户主",
            lambda view: view.household.head_name,
            href=lambda view: f"/unit/findings/{view.finding.id}",
        ),
        Column("month", "月份", lambda view: show_month(view.finding.month)),
        Column("place", "村组"),
        Column("causes", "原因"),
        Column("fate", "办理情况"),
        Column("ended_on", "办结日期"),
        Column("case_number", "线索编号"),
        Column("orders", "交办单", _orders),
        Column("helper_name", "谁发现的"),
    ]
)
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
