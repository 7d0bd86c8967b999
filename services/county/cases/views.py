"""What a door answers."""

from datetime import date

from pydantic import BaseModel


class DecisionOut(BaseModel, from_attributes=True):
    id: str
    number: str
    decision: str
    decided_on: date | None
    recheck_due: date | None
    verify_due: date
