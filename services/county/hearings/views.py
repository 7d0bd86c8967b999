"""A candidate with the names that people read."""

from datetime import date

from pydantic import BaseModel

from services.county.missed_discoveries.models import AccusedTier, CandidateState, FoundBy
from services.county.missed_discoveries.rules import StatementKind


class DecidedOut(BaseModel, from_attributes=True):
    id: str
    state: CandidateState


class CandidateOut(DecidedOut):
    """`said_on`, `statement`: what the tier `accused` said; `found_by`, `finder`: who found the
    risk; `ask_first`: nobody knows since when it exists.
    """

    version: int
    month: str
    household: str
    village: str
    accused_tier: AccusedTier
    accused: str
    statement: StatementKind
    said_on: date
    found_by: FoundBy
    finding: str
    finder: str
    since_day: date | None
    since_about: bool
    ask_first: bool
    raised_on: date
    hearing_due: date
    pack: str
    explanation: str | None
    explained_on: date | None
    explained_by: str | None
    decided_on: date | None
    decided_by: str | None
    decision_reason: str | None
    origin: str | None
    tier: AccusedTier
    head_name: str
    village_name: str
    accused_name: str
    finder_name: str
