"""JSON doors: translate, and own the transaction."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from services.village import scopes
from services.village.rechecks import commands, queries
from services.village.rechecks.forms import AnswerIn

router = APIRouter()


class RecheckOut(BaseModel, from_attributes=True):
    case: str
    number: str
    household: str
    township: str
    due: date
    question: str
    answered_on: date | None
    still_at_risk: bool | None


@router.get("/rechecks", response_model=list[RecheckOut])
def rechecks(session: Transaction, actor: Who) -> Any:
    """Cases the county sent back and the township has not answered."""
    return queries.rechecks(session, scopes.scope_of(actor))


@router.post("/rechecks/{case}/answer", response_model=RecheckOut)
def answer_recheck(
    case: str, body: AnswerIn, session: Transaction, actor: Who, today: Today
) -> Any:
    return commands.answer_recheck(
        session, case, still_at_risk=body.still_at_risk, note=body.note, actor=actor, on=today
    )
