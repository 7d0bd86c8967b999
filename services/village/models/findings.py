"""Findings, what became of them, and what the other channels found."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from kit.columns import coded, items
from kit.ids import new_id
from schemas.codes import CaseDecision, GapItem, OrderState, RiskCause, Severity
from schemas.values import FindingWords, Since
from services.village.rules import Stage, lacking
from services.village.service import Table


class Finding(Table, table=True):
    """One household at risk in one month (D5). A step's verdict is None until somebody has
    looked.
    """

    __table_args__ = (
        UniqueConstraint("month", "household"),
        Index("ix_finding_month_village", "month", "village"),
    )
    id: str = Field(primary_key=True, default_factory=new_id)
    month: str
    household: str = Field(index=True)
    village: str
    township: str = Field(index=True)
    group: str | None = None
    stage: Stage = coded(Stage, default=Stage.REPORTED)
    on_register: bool = True
    id_hash: str | None = None
    head_name: str
    id_number: str | None = None
    phone: str | None = None
    size: int | None = None
    causes: list[str] = items()  # RiskCause, the first is the primary one
    risk_point: str | None = None
    matter: str | None = None
    note: str | None = None
    severity: Severity = coded(Severity, default=Severity.ORDINARY)
    since_day: date | None = None
    since_about: bool = False
    found_on: date
    by_account: str
    by_name: str
    on_behalf_of: str | None = None
    screened_by: str | None = None  # 摸排人, as a list names them
    from_group: bool = False  # a leader reported it
    from_village: bool = False  # the village entered it itself, or completed it by its list
    village_agreed: bool | None = None
    village_reason: str | None = None
    village_by: str | None = None
    village_on: date | None = None
    township_agreed: bool | None = None
    township_reason: str | None = None
    township_by: str | None = None
    township_on: date | None = None
    urgent_on: date | None = None  # reported as urgent
    urgent_signed_on: date | None = None
    urgent_signed_by: str | None = None
    supplement: int | None = None  # the list it travelled in

    @property
    def already_reported(self) -> bool:
        """It travelled alone before its list (GT-24)."""
        return self.urgent_signed_on is not None

    @property
    def struck_out(self) -> str | None:
        """Who struck it out, for what reason (GT-26)."""
        if self.village_agreed is False:
            return f"村级不同意上报:{self.village_reason}"
        if self.township_agreed is False:
            return f"乡镇不同意上报:{self.township_reason}"
        return None

    @property
    def lacking(self) -> list[str]:
        return lacking(self.causes, self.risk_point, self.matter)

    @property
    def since(self) -> Since:
        return Since(day=self.since_day, about=self.since_about)

    @property
    def cause_labels(self) -> str:
        return "、".join(RiskCause(cause).label for cause in self.causes)

    def words(self) -> FindingWords:
        return FindingWords(
            head_name=self.head_name,
            id_number=self.id_number,
            phone=self.phone,
            size=self.size,
            risk_point=self.risk_point,
            matter=self.matter,
            note=self.note,
        )


class CountyRecheck(Table, table=True):
    """The county sent a case back; the township answers within five working days (D-09)."""

    __tablename__ = "county_recheck"
    id: str = Field(primary_key=True, default_factory=new_id)
    case: str = Field(index=True)
    number: str
    household: str
    village: str
    township: str = Field(index=True)
    asked_on: date
    due: date
    question: str
    answered_on: date | None = None
    still_at_risk: bool | None = None
    answer: str | None = None
    by: str | None = None


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
    reason: str | None = None
    helped_on: date | None = None  # all its orders are closed
    findings: list[str] = items()


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
    tier: str  # schemas.codes.Tier
    source: str  # unit or team code
    month: str
    household: str
    village: str
    group: str | None = None
    causes: list[str] = items()
    on: date
    signed_on: date | None = None
    struck_out: str | None = None
    event: str | None = None  # source#id of the event behind it
