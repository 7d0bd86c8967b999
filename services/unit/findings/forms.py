"""What a door takes: one model a form."""

from pydantic import BaseModel

from schemas.codes import RiskCause
from schemas.values import Since


class CompletionIn(BaseModel):
    risk_point: str
    matter: str
    causes: list[RiskCause] = []
    since: Since | None = None


class ReasonIn(BaseModel):
    reason: str
