"""The numbers of the office's letters (发文字号, D16)."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.county.service import Table


class LetterNumber(Table, table=True):
    """The number a letter got when it went out, one series a year: 守防返贫办〔2026〕3号.

    `about`: the letter, as `bulletin 2026-09`. Given once, and never again to another.
    """

    __tablename__ = "letter_number"
    __table_args__ = (UniqueConstraint("year", "number", name="uq_letter_number_year"),)
    about: str = Field(primary_key=True)
    year: int
    number: int
