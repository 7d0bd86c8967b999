"""What a door takes: one model a form."""

from pydantic import BaseModel

from rulebook.months import Day
from services.dispatch.orders.forms import OnBehalf


class ReturnDecision(BaseModel):
    """`department` None: the one the return proposed."""

    agree: bool
    reason: str | None = None
    department: str | None = None
    co_handlers: list[str] = []
    question: str | None = None


class Confirmation(OnBehalf):
    """`by_office`: the office looked itself after the village's silence."""

    received: bool = True
    note: str = ""
    by_office: bool = False


class Note(BaseModel):
    note: str = ""


class Reason(BaseModel):
    reason: str


class SolveDue(BaseModel):
    due: Day
    reason: str
