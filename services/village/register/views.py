"""What the register answers: households, and those that wait to be looked into."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import Stratum
from services.village.register.rules import TaskState


class HouseholdOut(BaseModel, from_attributes=True):
    id: str
    number: str | None
    village: str
    group: str | None
    stratum: Stratum
    size: int
    head_name: str
    on_register: bool


class RegisterTaskOut(BaseModel):
    """A household outside the register that somebody has to look into."""

    task: str
    household: str
    village: str
    opened_on: date


class ResolutionOut(BaseModel):
    """What became of such a task."""

    task: str
    household: str
    state: TaskState
