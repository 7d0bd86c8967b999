"""What other services told of findings and households: copies from their events."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kit.database.columns import coded, coded_items, items
from kit.database.encryption import encrypted
from schemas.codes import CaseDecision, GapItem, OrderState, RiskCause, Tier, VisitMode
from services.village.service import Table


class CaseFate(Table, table=True):
    """What became of findings at the county, as its events tell."""

    __tablename__ = "case_fate"
    case: str = Field(primary_key=True)
    number: str | None = None
    household: str = Field(index=True)
    village: str
    opened_on: date | None = None
    decision: CaseDecision = coded(CaseDecision, default=CaseDecision.OPEN)
    decided_on: date | None = None
    reason: str | None = encrypted(default=None)
    reopened_on: date | None = None  # its decision was taken back
    rechecked_on: date | None = None  # the township answered what was sent back
    helped_on: date | None = None  # all its orders are closed
    findings: list[str] = items()
    joined: list[str] = items()  # findings that came after it was opened
    needs: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)  # need → gap item
    # Finding → what the decision says of it: {"need": …} or {"why_not": …}
    answers: dict[str, dict[str, str | None]] = Field(default_factory=dict, sa_type=JSONB)


class OrderFate(Table, table=True):
    """An order of a case, as dispatch's events tell; it may come before its case."""

    __tablename__ = "order_fate"
    order: str = Field(primary_key=True)
    number: str
    case: str = Field(index=True)
    gap_item: GapItem = coded(GapItem)
    department: str | None = None
    state: OrderState = coded(OrderState)
    issued_on: date | None = None
    solve_due: date | None = None
    closed_on: date | None = None


class Notice(Table, table=True):
    """A unit or team reported a household of ours: for reading, so that nobody visits twice
    (B-38).
    """

    __table_args__ = (Index("ix_notice_month_village", "month", "village"),)
    finding: str = Field(primary_key=True)
    tier: Tier = coded(Tier)
    source: str  # unit or team code
    month: str
    household: str
    village: str
    group: str | None = None
    causes: list[RiskCause] = coded_items(RiskCause)
    on: date
    signed_on: date | None = None
    # Who of the unit looked into it, when and how (N-11).
    verified_by: str | None = None
    verified_on: date | None = None
    verified_how: VisitMode | None = coded(VisitMode, default=None)
    struck_out: str | None = encrypted(default=None)
    event: str | None = None  # source#id of the event behind it
