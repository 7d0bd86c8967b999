"""JSON doors: translate, and own the transaction."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from schemas.codes import Stratum
from services.village import scopes
from services.village.register import commands, queries
from services.village.register.forms import (
    Changed,
    DivisionDraft,
    GroupDraft,
    HouseholdDraft,
    ResolutionIn,
)
from services.village.register.models import Household


class HouseholdOut(BaseModel, from_attributes=True):
    id: str
    number: str | None
    village: str
    group: str | None
    stratum: Stratum
    size: int
    head_name: str
    on_register: bool


router = APIRouter()


@router.post("/divisions")
def name_divisions(drafts: list[DivisionDraft], session: Transaction, actor: Who) -> Changed:
    return commands.name_divisions(session, drafts, actor=actor)


@router.post("/groups")
def name_groups(drafts: list[GroupDraft], session: Transaction, actor: Who) -> Changed:
    return commands.name_groups(session, drafts, actor=actor)


@router.post("/households")
def register_households(
    drafts: list[HouseholdDraft], session: Transaction, actor: Who, today: Today
) -> Changed:
    return commands.register_households(session, drafts, actor=actor, on=today)


@router.get("/households", response_model=list[HouseholdOut])
def households(session: Transaction, actor: Who, q: str = "") -> Any:
    return queries.households_found(session, scopes.scope_of(actor), q)


@router.post("/register-tasks/{task}/resolution")
def resolve_register_task(
    task: str, body: ResolutionIn, session: Transaction, actor: Who, today: Today
) -> dict[str, str]:
    done = commands.resolve_register_task(
        session,
        task,
        on_register=body.on_register,
        outcome=body.outcome,
        number=body.number,
        actor=actor,
        on=today,
    )
    return {"task": done.id, "household": done.household, "state": done.state.value}


@router.get("/register-tasks")
def register_tasks(session: Transaction, actor: Who) -> list[dict[str, Any]]:
    return [
        {
            "task": task.id,
            "household": task.household,
            "village": task.village,
            "opened_on": task.opened_on,
        }
        for task, _ in queries.register_tasks(session, scopes.scope_of(actor))
    ]


@router.get("/households/{household}", response_model=HouseholdOut)
def household(household: str, session: Transaction, actor: Who) -> Household:
    found = queries.household(session, household)
    scopes.look(actor, found.village, found.group)
    return found
