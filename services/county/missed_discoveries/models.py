"""Missed-discovery candidates (B-35): never a verdict of software; a person confirms or
dismisses.
"""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded, hashed_texts, several, texts
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import Coded, RiskCause, VisitMode
from services.county.former import Dated
from services.county.missed_discoveries.rules import StatementKind
from services.county.service import Table


class CandidateState(Coded):
    OPEN = "open", "听取说明中"  # the tier concerned may explain until hearing_due
    HEARD = "heard", "已说明，待认定"
    SILENT = "silent", "逾期未说明，待认定"  # the hearing limit passed without a word
    CONFIRMED = "confirmed", "认定应发现未发现"
    DISMISSED = "dismissed", "已排除"
    WITHDRAWN = "withdrawn", "情况变化，已撤销"  # the facts changed before anybody decided


UNDECIDED = (CandidateState.OPEN, CandidateState.HEARD, CandidateState.SILENT)


class AccusedTier(Coded):
    """Who said that there is no risk."""

    VILLAGE = "VILLAGE", "村"
    UNIT = "UNIT", "帮扶单位"


class FoundBy(Coded):
    """Who found the risk nevertheless."""

    VISIT = "VISIT", "帮扶责任人走访"
    UNIT = "UNIT", "帮扶单位"
    COUNTY = "COUNTY", "县级督导"
    VILLAGE = "VILLAGE", "村级"


class Candidate(Dated, table=True):
    """Tier `accused` said on `said_on` that there is no risk; another tier found one that is older.

    `accused`: village or unit code. `ask_first`: since when is unknown.
    """

    __tablename__ = "candidate"
    COUNTED = ("state", "raised_on", "decided_on")
    __table_args__ = (UniqueConstraint("month", "household", "accused", name="uq_candidate_once"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    month: str = Field(index=True)
    household: str
    village: str = Field(index=True)
    accused_tier: AccusedTier = coded(AccusedTier)
    accused: str = Field(index=True)
    statement: StatementKind = coded(StatementKind)
    said_on: date
    found_by: FoundBy = coded(FoundBy)
    finding: str  # visit or finding id
    finder: str  # unit, team or village code
    since_day: date | None = None
    since_about: bool = False
    ask_first: bool = False
    raised_on: date
    hearing_due: date
    pack: str
    state: CandidateState = coded(CandidateState, default=CandidateState.OPEN, index=True)
    explanation: str | None = encrypted(default=None)
    explained_on: date | None = None
    explained_by: str | None = None
    explained_account: str | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    decision_reason: str | None = encrypted(default=None)
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
    hashes: list[str] = hashed_texts()  # id hashes named in it
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
    mode: VisitMode = coded(VisitMode)
    reached: bool = True
    at_risk: bool = False
    causes: list[RiskCause] = several(RiskCause)
    since_day: date | None = None
    since_about: bool = False
