"""What the doors of consents answer."""

from datetime import date

from pydantic import BaseModel

from services.casework.consents.rules import Answer, ConsentMethod


class StandingView(BaseModel):
    """One person: `answer` None: nothing yet; `owed`: grown up, and to be asked before his data are
    compared.
    """

    key: str
    name: str
    relationship: str
    age: int | None
    answer: Answer | None
    method: ConsentMethod | None
    signed_on: date | None
    owed: bool


class ConsentView(BaseModel):
    file: str
    required: bool  # the pack has this step
    people: list[StandingView]


class GivenUp(BaseModel):
    """The file that ended."""

    file: str
    ended_on: date | None
