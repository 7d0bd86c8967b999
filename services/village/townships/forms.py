"""What a door takes: one model a form."""

from pydantic import BaseModel

from rulebook.months import YearMonth


class SignatureIn(BaseModel):
    township: str
    month: YearMonth
