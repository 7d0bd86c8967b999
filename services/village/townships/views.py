"""What a signature answers."""

from datetime import date

from pydantic import BaseModel


class SignatureOut(BaseModel, from_attributes=True):
    township: str
    month: str
    supplement: int
    signed_on: date
    late: bool
    villages: list[str]
    missing: list[str]
    missing_reason: str | None
