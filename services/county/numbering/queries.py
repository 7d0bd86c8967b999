"""How a letter's number is written."""

from datetime import date

from sqlmodel import Session

from services.county.numbering.models import LetterNumber


def number_of(session: Session, about: str, code: str, on: date) -> str:
    """守防返贫办〔2026〕3号; blank where the office writes it by hand or it did not go out yet. `code`:
    of the office (发文机关代字), `on`: a day of the year the letter is from.
    """
    given = session.get(LetterNumber, about)
    if not code or given is None:
        return f"{code or '　　　　'}〔{on.year}〕　　号"
    return f"{code}〔{given.year}〕{given.number}号"
