"""What the doors of household visits answer."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from rulebook.income import FigureSource, IncomeLine
from schemas.codes import Stratum


class FigureView(BaseModel):
    """One line in fen: `amount` is what counts, `difference` the department's less the declared."""

    line: IncomeLine
    declared: int | None
    department: int | None
    difference: int | None
    amount: int
    source: FigureSource


class ResultView(BaseModel):
    """`sentence`: the sum written out, with both sides of the comparison; amounts in fen."""

    total: int
    line: int
    is_below: bool
    sentence: str


class PersonView(BaseModel):
    """`key`: says in forms who is meant."""

    key: str
    name: str
    relationship: str
    age: int | None
    of_school_age: bool


class VersionView(BaseModel, from_attributes=True):
    version: int
    visited_on: date
    reason: str | None
    entered_on: date
    entered_by: str


class VerificationView(VersionView):
    """The version that counts. `sheet`: the form as it was filled in; `lacking`: what has to be there
    before the village assesses.
    """

    file: str
    complete: bool
    lacking: list[str]
    visitors: list[dict[str, Any]]
    people: list[dict[str, Any]]
    sheet: dict[str, Any]
    period_from: date
    period_to: date
    figures: list[FigureView]
    net: ResultView | None
    assessed: ResultView | None
    why_not: str
    suggested: Stratum | None
    suggestion: str
    category: Stratum | None
    category_reason: str | None
    versions: list[VersionView]


class Visited(BaseModel):
    """After an entry: which version it made, and what the form still lacks."""

    file: str
    version: int
    complete: bool
    lacking: list[str]


class MemberView(BaseModel, from_attributes=True):
    id: str
    name: str
    relationship: str
    born: date | None


class ToVisit(BaseModel):
    """What a form of the visit is filled in with: persons by key, the first day that it may have."""

    earliest: date
    people: list[PersonView]
    added: list[MemberView]
    colleagues: dict[str, str]  # account → name and post
