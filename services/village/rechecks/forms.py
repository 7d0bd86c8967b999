"""What a door takes: one model a form."""

from pydantic import BaseModel


class AnswerIn(BaseModel):
    still_at_risk: bool
    note: str
