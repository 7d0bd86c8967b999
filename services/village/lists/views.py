"""What a list that was sent answers."""

from datetime import date

from pydantic import BaseModel


class ListOut(BaseModel, from_attributes=True):
    village: str
    month: str
    supplement: int
    nil: bool
    late: bool
    received_on: date
    on_behalf_of: str | None
    silent: list[str]
    silent_reason: str | None
