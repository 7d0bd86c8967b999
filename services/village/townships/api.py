"""JSON doors: translate, and own the transaction."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from services.village.townships import commands
from services.village.townships.forms import SignatureIn

router = APIRouter()


class SignatureOut(BaseModel, from_attributes=True):
    township: str
    month: str
    supplement: int
    signed_on: date
    late: bool
    villages: list[str]
    missing: list[str]


@router.post("/signatures", response_model=SignatureOut, status_code=201)
def sign_township(body: SignatureIn, session: Transaction, actor: Who, today: Today) -> Any:
    return commands.sign_township(session, body.township, body.month, actor=actor, on=today)
