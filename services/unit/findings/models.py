"""What units report of households at risk."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded, several
from kit.ids import new_id
from schemas.codes import RiskCause, Severity
from schemas.values import Since
from services.unit.findings.rules import FindingState
from services.unit.service import Table


class UnitFinding(Table, table=True):
    """A household at risk as a unit reports it (D5): one a unit, household and month; never
    deleted.
    """

    __tablename__ = "unit_finding"
    __table_args__ = (UniqueConstraint("unit", "month", "household", name="uq_unit_finding_once"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    unit: str
    month: str
    household: str = Field(index=True)
    helper: str = Field(index=True)
    causes: list[RiskCause] = several(RiskCause)
    severity: Severity = coded(Severity, default=Severity.ORDINARY)
    since_day: date | None = None
    since_about: bool = False
    found_on: date
    risk_point: str | None = None
    matter: str | None = None
    state: FindingState = coded(FindingState, default=FindingState.DRAFT)
    list_id: str | None = Field(default=None, foreign_key="unit_list.id")
    completed_by: str | None = None
    struck_reason: str | None = None
    struck_by: str | None = None
    struck_on: date | None = None

    @property
    def since(self) -> Since:
        return Since(day=self.since_day, about=self.since_about)
