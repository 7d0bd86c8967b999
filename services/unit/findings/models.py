"""What units report of households at risk."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded, several
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import RiskCause, Severity, VisitMode
from schemas.values import Since
from services.unit.findings.rules import OPEN, FindingState
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
    risk_point: str | None = encrypted(default=None)
    matter: str | None = encrypted(default=None)
    state: FindingState = coded(FindingState, default=FindingState.DRAFT)
    list_id: str | None = Field(default=None, foreign_key="unit_list.id")
    completed_by: str | None = None
    struck_reason: str | None = encrypted(default=None)
    struck_by: str | None = None
    struck_on: date | None = None
    withdrawn_reason: str | None = encrypted(default=None)
    withdrawn_by: str | None = None
    withdrawn_on: date | None = None
    verified_by: str | None = None  # who of the unit looked into it (N-11)
    verified_on: date | None = None
    verified_how: VisitMode | None = coded(VisitMode, default=None)

    @property
    def since(self) -> Since:
        return Since(day=self.since_day, about=self.since_about)

    @property
    def is_open(self) -> bool:
        """Nobody has struck it out, taken it back or sent it."""
        return self.state in OPEN and not self.struck_on and not self.withdrawn_on

    @property
    def is_to_send(self) -> bool:
        """Goes with the unit's next list: complete, or struck out and named as such."""
        if self.withdrawn_on or self.state not in OPEN:
            return False
        return self.struck_on is not None or self.state is FindingState.COMPLETE

    @property
    def is_unverified(self) -> bool:
        """Whoever reports it has not said who looked into it (N-11)."""
        return not (self.verified_on or self.struck_on or self.withdrawn_on)


class FormerFinding(Table, table=True):
    """What stood in a finding before `version` + 1 of it was written."""

    __tablename__ = "former_finding"
    finding: str = Field(primary_key=True, foreign_key="unit_finding.id")
    version: int = Field(primary_key=True)
    causes: list[RiskCause] = several(RiskCause)
    severity: Severity = coded(Severity)
    since_day: date | None = None
    since_about: bool = False
    risk_point: str | None = encrypted(default=None)
    matter: str | None = encrypted(default=None)
    withdrawn_reason: str | None = encrypted(default=None)
    replaced_by: str
    replaced_on: date

    @property
    def since(self) -> Since:
        return Since(day=self.since_day, about=self.since_about)
