"""What was proven of a household in a month."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from schemas.codes import CaseDecision
from services.county.cases.models import Case, Source


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
