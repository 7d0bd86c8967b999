"""What a case that was sent back answers."""

from datetime import date

from pydantic import BaseModel


class RecheckOut(BaseModel, from_attributes=True):
    case: str
    number: str
    household: str
    township: str
    due: date
    question: str
    answered_on: date | None
    still_at_risk: bool | None
