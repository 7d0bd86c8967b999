"""What a door answers."""

from datetime import date

from pydantic import BaseModel


class ListOut(BaseModel, from_attributes=True):
    unit: str
    month: str
    supplement: int
    nil: bool
    received_on: date
    signed_on: date | None
    late: bool | None
