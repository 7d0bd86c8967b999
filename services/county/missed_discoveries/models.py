"""Missed-discovery candidates (B-35): never a verdict of software; a person confirms or
dismisses.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import texts
from kit.ids import new_id
from services.county.service import Table


class CandidateState(StrEnum):
    OPEN = "open"  # the tier concerned may explain until hearing_due
    HEARD = "heard"
    SILENT = "silent"  # the hearing limit passed without a word
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"  # the facts behind it changed before anybody decided


class Candidate(Table, table=True):
    """Tier `accused` said on `said_on` that there is no risk; another tier found one that is older.

    `accused`: village or unit code. `ask_first`: since when is unknown. `found_by`: VISIT, UNIT,
    COUNTY or VILLAGE.
    """

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("month", "household", "accused", name="uq_candidate_once"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    month: str = Field(index=True)
    household: str
    village: str = Field(index=True)
    accused_tier: str  # VILLAGE | UNIT
    accused: str = Field(index=True)
    statement: str  # group_nil | village_nil | village_list | visit
    said_on: date
    found_by: str
    finding: str  # visit or finding id
    finder: str  # unit, team or village code
    since_day: date | None = None
    since_about: bool = False
    ask_first: bool = False
    raised_on: date
    hearing_due: date
    pack: str
    state: str = Field(default="open", index=True)
    explanation: str | None = None
    explained_on: date | None = None
    explained_by: str | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    decision_reason: str | None = None
    origin: str | None = None


class Statement(Table, table=True):
    """A group's report or a village's list of a month: it speaks for every household it does not
    name.

    `key` is `<village12>/<group>` for a group, the village's code for a list. A supplement adds
    names and leaves the day of the first list as what the village said.
    """

    __tablename__ = "statement"
    month: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    village: str = Field(index=True)
    group_no: str | None = None  # None: the village's list
    said_on: date  # day of receipt
    nil: bool
    households: list[str] = texts()  # named in it
    hashes: list[str] = texts()  # id hashes named in it
    origin: str | None = None


class Visit(Table, table=True):
    """A helper's visit or call, without any personal data."""

    __tablename__ = "helper_visit"
    visit: str = Field(primary_key=True)
    household: str = Field(index=True)
    helper: str
    unit: str = Field(index=True)
    month: str = Field(index=True)
    on: date
    mode: str
    reached: bool = True
    at_risk: bool = False
    causes: list[str] = texts()
    since_day: date | None = None
    since_about: bool = False
