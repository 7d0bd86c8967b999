"""JSON doors: translate, and own the transaction."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from services.village.lists import commands
from services.village.lists.forms import ListIn

router = APIRouter()


class ListOut(BaseModel, from_attributes=True):
    village: str
    month: str
    supplement: int
    nil: bool
    late: bool
    received_on: date
    on_behalf_of: str | None


@router.post("/lists", response_model=ListOut, status_code=201)
def submit_list(body: ListIn, session: Transaction, actor: Who, today: Today) -> Any:
    return commands.submit_list(
        session,
        body.village,
        body.month,
        nil=body.nil,
        actor=actor,
        on=today,
        receipt=body.receipt(today),
        on_behalf_of=body.on_behalf_of,
    )
