"""What was proven of a household in a month, and what the units' visits tell of it, as the county
hears of them.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, func, or_, select

from kit.database.columns import among
from schemas.codes import CaseDecision, VisitMode
from services.county.cases.models import Case, Source
from services.county.missed_discoveries.models import Visit


def cases_of(session: Session, household: str, month: str) -> Sequence[Case]:
    """The household's cases of the month: opened in it, or about a finding that was reported for
    it, though it was signed after the month's end.
    """
    reported = select(Source.case).where(Source.household == household, Source.month == month)
    statement = select(Case).where(
        Case.household == household, or_(Case.month == month, col(Case.id).in_(reported))
    )
    return session.exec(statement.order_by(col(Case.number))).all()


def is_proven(session: Session, household: str, month: str) -> bool:
    """Whether the county has verified the risk: only that can have been missed."""
    cases = cases_of(session, household, month)
    return any(case.decision is CaseDecision.VERIFIED for case in cases)


def last_visits(session: Session, households: Sequence[str]) -> dict[str, date]:
    """Household → the day on which its helper last saw it at home; a telephone call is none."""
    statement = select(Visit.household, func.max(Visit.on)).where(
        among(Visit.household, households), col(Visit.reached), Visit.mode == VisitMode.FIELD_VISIT
    )
    return dict(session.exec(statement.group_by(Visit.household)).all())
