"""Which months there are."""

from sqlmodel import Session, select

from services.county.months.models import Month
from services.county.reporters.models import ReporterMonth


def month(session: Session, month: str) -> Month | None:
    return session.get(Month, month)


def months(session: Session) -> list[str]:
    """Months of which anything is known, the latest first."""
    known = {
        *session.exec(select(Month.month)),
        *session.exec(select(ReporterMonth.month).distinct()),
    }
    return sorted(known, reverse=True)
