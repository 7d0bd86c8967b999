"""What a department has been asked."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.dispatch.comparisons.models import Comparison


def asked(session: Session, comparison: str, department: str) -> Comparison | None:
    """None where this department was asked no such thing."""
    row = session.get(Comparison, comparison, with_for_update=True)
    return row if row and row.department == department else None


def open_comparisons(session: Session, department: str) -> Sequence[Comparison]:
    """What its own system has not answered; its officers may have, by sheet."""
    statement = select(Comparison).where(
        Comparison.department == department, col(Comparison.answered_on).is_(None)
    )
    return session.exec(statement.order_by(col(Comparison.asked_on), Comparison.comparison)).all()
