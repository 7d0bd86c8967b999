"""What the doors of household visits answer."""

import re
from datetime import date
from typing import Any

from pydantic import BaseModel

from rulebook.income import FigureSource, IncomeLine
from schemas.codes import Stratum
from schemas.values import VisitWords
from services.casework.verification.rules import VISITORS

SEEN = {
    "met": "见到谁",
    "house": "住房",
    "water": "饮水",
    "education": "教育",
    "medical": "医疗",
    "income": "收入支出",
    "note": "其他情况",
}
BETWEEN_NAMES = re.compile(r"[、，,;；\s]+")


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


def words_of(seen: VisitWords) -> list[tuple[str, str]]:
    """What was seen, with what it is about."""
    return [(label, words) for name, label in SEEN.items() if (words := getattr(seen, name))]


def known_of(seen: VisitWords) -> dict[str, Any]:
    """The visit's form as far as the county's own visit fills it in; posts, grades and amounts it
    never asked for.
    """
    names = [name for name in BETWEEN_NAMES.split(seen.visitors) if name]
    spent = [
        f"{SEEN[name]}：{words}" for name in ("medical", "income") if (words := getattr(seen, name))
    ]
    return {
        "on": seen.on,
        **{f"name_{n}": name for n, name in zip(VISITORS, names, strict=False)},
        "words": seen.note,
        "schooling_words": seen.education,
        "rigid": "；".join(spent),
    }
