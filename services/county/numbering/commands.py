"""A letter that goes out gets its number."""

from datetime import date

from sqlmodel import Session, func, select

from kit.database.locks import hold
from services.county.numbering.models import LetterNumber


def number(session: Session, about: str, on: date) -> None:
    """Give the letter the next number of the year in which it goes out; it keeps the one it has."""
    hold(session, f"letters {on.year}")
    if session.get(LetterNumber, about):
        return
    last = session.exec(
        select(func.max(LetterNumber.number)).where(LetterNumber.year == on.year)
    ).one()
    session.add(LetterNumber(about=about, year=on.year, number=(last or 0) + 1))
    session.flush()
