"""What programs are told of contacts."""

from datetime import date

from pydantic import BaseModel

from services.unit.visits.rules import ContactState


class ContactOut(BaseModel, from_attributes=True):
    household: str | None
    number: str | None
    head_name: str
    place: str
    unit: str
    helper: str
    helper_name: str
    state: ContactState
    tries: int
    last_on: date | None
    required: bool
    exempt_reason: str | None
