"""Visits, calls and vain attempts."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded, several
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import RiskCause, VisitMode
from services.unit.service import Table


class Visit(Table, table=True):
    """A visit, a call, or a vain attempt (D6); who did it is the helper, who typed it
    `recorded_by`.
    """

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("household", "helper", "on", "mode", "reached", name="uq_visit_once"),
        Index("ix_visit_of", "month", "household"),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    household: str
    helper: str = Field(foreign_key="helper.code", index=True)
    unit: str
    month: str
    on: date
    mode: VisitMode = coded(VisitMode)
    reached: bool = True
    tries: int = 1
    living: str | None = encrypted(default=None)
    production: str | None = encrypted(default=None)
    income: str | None = encrypted(default=None)
    at_risk: bool = False
    causes: list[RiskCause] = several(RiskCause)
    since_day: date | None = None
    since_about: bool = False
    recorded_by: str
    recorded_on: date

    @property
    def situation(self) -> str:
        """What the household's life is like, in one line."""
        return "；".join(filter(None, (self.living, self.production, self.income)))
