"""What a search answers to programs."""

from pydantic import BaseModel


class HouseholdOut(BaseModel):
    household: str
    number: str | None
    head_name: str
    note: str
