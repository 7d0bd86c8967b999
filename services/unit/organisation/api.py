"""JSON doors: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from services.unit.organisation import commands
from services.unit.organisation.forms import AssignmentRow, HelperRow, TransferIn, UnitRow
from services.unit.organisation.views import TakenOut
from services.unit.search import queries as search_queries

router = APIRouter()


class HouseholdOut(BaseModel):
    household: str
    number: str | None
    head_name: str
    note: str


@router.post("/units", status_code=201)
def name_units(rows: list[UnitRow], session: Transaction, actor: Who) -> TakenOut:
    return TakenOut.model_validate(commands.name_units(session, rows, actor=actor))


@router.post("/helpers", status_code=201)
def name_helpers(rows: list[HelperRow], session: Transaction, actor: Who) -> TakenOut:
    return TakenOut.model_validate(commands.name_helpers(session, rows, actor=actor))


@router.post("/assignments", status_code=201)
def assign_households(
    rows: list[AssignmentRow], session: Transaction, actor: Who, today: Today
) -> TakenOut:
    return TakenOut.model_validate(commands.assign_households(session, rows, actor=actor, on=today))


@router.post("/transfers", status_code=201)
def transfer_helper(
    body: TransferIn, session: Transaction, actor: Who, today: Today
) -> dict[str, int]:
    moved = commands.transfer_helper(
        session, body.helper, body.to, reason=body.reason, actor=actor, on=today
    )
    return {"households": moved}


@router.get("/households")
def households(
    session: Transaction, actor: Who, q: Annotated[str, Query(min_length=1)]
) -> list[HouseholdOut]:
    """By part of the head's name, household number or ID number, within the actor's scope."""
    return [
        HouseholdOut(household=hit.household, number=hit.number, head_name=hit.title, note=hit.note)
        for hit in search_queries.search(session, actor, q)
        if hit.household
    ]
