"""Comparisons are told to departments' own systems, and their answers to casework. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit.messaging.outbox import emit
from kit.seal import seal, seal_for, unseal
from schemas.casework import ComparisonAsked
from schemas.dispatch import ComparisonAnswered, DepartmentComparisonAsked
from schemas.values import ComparedWords, ReasonWords
from services.dispatch.comparisons.models import Comparison
from services.dispatch.departments import queries as departments_queries
from services.dispatch.orders.commands import tell


def take_up(session: Session, event: ComparisonAsked) -> None:
    """Kept, and told to the department's own system if it has one; else it answers by sheet."""
    row = Comparison(
        comparison=event.comparison,
        department=event.department,
        village=event.village,
        asked_on=event.asked_on,
        due=event.due,
        words=event.sealed,
    )
    session.add(row)
    session.flush()
    tell_asked(session, row)


def tell_asked(session: Session, row: Comparison) -> None:
    """Whom to look up, sealed with the department's key in force."""
    if key := departments_queries.key_of(session, row.department):
        words = unseal(session, row.words, ComparedWords)
        tell(
            session,
            row.department,
            DepartmentComparisonAsked,
            comparison=row.comparison,
            village=row.village,
            asked_on=row.asked_on,
            due=row.due,
            sealed=seal_for(key.kid, key.key, words),
        )


def answer(session: Session, row: Comparison, *, doubt: str | None, on: date) -> None:
    """`doubt`: in the department's words; None where its data say the same."""
    row.answered_on = on
    emit(
        session,
        ComparisonAnswered(
            comparison=row.comparison,
            department=row.department,
            doubt=doubt is not None,
            on=on,
            sealed=seal(session, ReasonWords(reason=doubt)) if doubt else None,
        ),
    )
