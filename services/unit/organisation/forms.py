"""What a door takes: one model a form."""

from dataclasses import dataclass

from pydantic import BaseModel

from schemas.event import Value


class UnitRow(Value):
    unit: str
    name: str


class HelperRow(Value):
    helper: str
    unit: str
    name: str
    phone: str | None = None


class AssignmentRow(Value):
    """A household by our id or by its number in the register, and its helper."""

    helper: str
    household: str | None = None
    number: str | None = None
    head_name: str | None = None
    village_name: str | None = None


@dataclass(frozen=True)
class Taken:
    """How many of a set were new or changed, and how many stood there already."""

    taken: int
    unchanged: int


class TransferIn(BaseModel):
    helper: str
    to: str
    reason: str
