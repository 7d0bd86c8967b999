"""Lists of decisions, each household's line, and announcements."""

from datetime import date

from sqlalchemy import Index, text
from sqlmodel import Field

from kit.database.columns import coded, several
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import NotAdmittedReason, RiskCause, Stratum
from services.casework.decisions.rules import Verdict
from services.casework.service import Table


class DecisionList(Table, table=True):
    """What one meeting (or the office at its desk) decides on one day, line by line. `title`: of the
    meeting; empty where the office decides by itself.
    """

    __tablename__ = "decision_list"
    id: str = Field(primary_key=True, default_factory=new_id)
    on: date
    title: str = ""
    opened_by: str
    opened_account: str


class Announcement(Table, table=True):
    """A public announcement of those admitted."""

    __tablename__ = "announcement"
    id: str = Field(primary_key=True, default_factory=new_id)
    on: date
    posted_at: str
    by: str
    account: str


class Decision(Table, table=True):
    """One line. `told_on`: when whoever is not admitted was told on paper."""

    __tablename__ = "decision"
    # Admitted or not: once a file.
    __table_args__ = (
        Index(
            "uq_decision_final",
            "file",
            unique=True,
            postgresql_where=text("verdict IN ('admit', 'not_admit')"),
        ),
    )
    id: str = Field(primary_key=True, default_factory=new_id)
    list_id: str = Field(foreign_key="decision_list.id", index=True)
    file: str = Field(foreign_key="identification.id", index=True)
    village: str = Field(index=True)
    township: str = Field(index=True)
    verdict: Verdict = coded(Verdict)
    category: Stratum | None = coded(Stratum, default=None)
    causes: list[RiskCause] = several(RiskCause)  # the primary one first
    reason: NotAdmittedReason | None = coded(NotAdmittedReason, default=None)
    words: str | None = encrypted(default=None)
    compared: str | None = encrypted(default=None)  # how the comparison stood on that day
    on: date
    decided_by: str
    decided_account: str
    announcement: str | None = Field(default=None, foreign_key="announcement.id")
    told_on: date | None = None
    told_by: str | None = None
    told_account: str | None = None
