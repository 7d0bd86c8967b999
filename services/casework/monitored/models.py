"""Who is monitored, and new risks of those who are."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, hashed, several, texts
from kit.database.encryption import EncryptedJson
from kit.ids import new_id
from schemas.codes import LeadChannel, RiskCause, Stratum
from services.casework.monitored.rules import Standing
from services.casework.service import Table


class Monitored(Table, table=True):
    """One household. `line` (of the visit's day) and `income` (assessed): in fen, a head and year, at
    its identification. What is of an identification is empty until the county has decided.
    """

    __tablename__ = "monitored"
    id: str = Field(primary_key=True, default_factory=new_id)
    household: str | None = Field(default=None, unique=True)
    id_hash: str | None = hashed(default=None, unique=True)  # of who is in no register
    head_name: str = Field(default="", index=True)
    village: str = Field(index=True)
    township: str = Field(index=True)
    file: str = Field(foreign_key="identification.id")  # the latest
    standing: Standing = coded(Standing, index=True)
    since: date  # when it came to that
    category: Stratum | None = coded(Stratum, default=None, index=True)
    causes: list[RiskCause] = several(RiskCause)  # the primary one first
    identified_on: date | None = Field(default=None, index=True)
    line: int | None = None
    income: int | None = Field(default=None, sa_type=EncryptedJson)
    contact: str | None = None
    tags: list[str] = texts()
    national_number: str | None = Field(default=None, index=True)
    version: int = 0


class MonitoredRisk(Table, table=True):
    """A risk that came to light while the household was monitored."""

    __tablename__ = "monitored_risk"
    id: str = Field(primary_key=True, default_factory=new_id)
    monitored: str = Field(foreign_key="monitored.id", index=True)
    channel: LeadChannel = coded(LeadChannel)
    case: str | None = Field(default=None, unique=True)
    causes: list[RiskCause] = several(RiskCause)
    on: date
