"""What data checks found, and when each village was looked at."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import encrypted
from kit.ids import new_id
from rulebook.packs.checks import CheckKind, Mender
from services.village.checks.rules import FindingState
from services.village.service import Table


class DataFinding(Table, table=True):
    """One check's hit in one household. `person`: who of it, by number or by name and day of birth;
    "" for the household. `facts`: what the check looked at; an answer holds while they are the same.
    """

    __tablename__ = "data_finding"
    __table_args__ = (Index("ix_data_finding_village_state", "village", "state"),)
    id: str = Field(primary_key=True, default_factory=new_id)
    code: str
    household: str = Field(index=True)
    village: str
    group: str | None = None
    person: str = encrypted()
    sentence: str = encrypted()
    facts: str = encrypted()
    kind: CheckKind = coded(CheckKind)
    mends: Mender = coded(Mender)
    department: str | None = None
    lead: bool = False
    state: FindingState = coded(FindingState, default=FindingState.OPEN)
    since: date  # of this state
    reason: str | None = encrypted(default=None)
    by: str | None = None  # None: a run saw it


class CheckedVillage(Table, table=True):
    """When the register of a village was last looked at."""

    __tablename__ = "checked_village"
    village: str = Field(primary_key=True)
    on: date
    households: int
