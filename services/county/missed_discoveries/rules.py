"""Missed-discovery candidates (B-35): a tier said "no risk" although there was one. Only a person
judges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from rulebook.months import previous_month
from schemas.codes import Coded


class StatementKind(Coded):
    """How somebody said it."""

    GROUP_NIL = "group_nil", "小组零报告"
    VILLAGE_NIL = "village_nil", "村零报告"
    VILLAGE_LIST = "village_list", "村上报名单没有这户"
    VISIT = "visit", "走访未发现风险"


class Judgement(Enum):
    NONE = "none"
    CANDIDATE = "candidate"
    ASK_FIRST = "ask_first"  # since when is unknown


@dataclass(frozen=True)
class Said:
    """ "No risk", said by a tier about a household."""

    kind: StatementKind
    on: date
    names_it: bool = False  # it does name the household: then it found it


def judge(statements: Sequence[Said], since: date | None) -> tuple[Judgement, Said | None]:
    """What the tier's statements are worth against a risk that exists since a day (None: nobody
    knows).

    Whoever named the household found it. Who said nothing is missing, and never "no risk". A day
    that is "about" counts as its day.
    """
    if not statements or any(statement.names_it for statement in statements):
        return Judgement.NONE, None
    latest = max(statements, key=lambda statement: statement.on)
    if since is None:
        return Judgement.ASK_FIRST, latest
    return (Judgement.CANDIDATE, latest) if since <= latest.on else (Judgement.NONE, None)


def months_back(month: str, lookback: int) -> tuple[str, ...]:
    """The months whose statements count: this one, and so many less one before it."""
    months = [month]
    for _ in range(lookback - 1):
        months.append(previous_month(months[-1]))
    return tuple(months)
