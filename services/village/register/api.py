"""The register for programs."""

from typing import Annotated

from fastapi import Query, Response

from kit.web import Today, Transaction, Who
from services.village.register import commands, queries
from services.village.register.forms import (
    Changed,
    DivisionDraft,
    GroupDraft,
    HouseholdDraft,
    HouseholdFilter,
    ResolutionForm,
)
from services.village.register.models import Household
from services.village.register.policy import policy
from services.village.register.views import HouseholdOut, RegisterTaskOut, ResolutionOut

router = policy.router()


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


@router.get("/households", response_model=list[HouseholdOut], name="household")
def households(
    session: Transaction, actor: Who, response: Response, asked: Annotated[HouseholdFilter, Query()]
) -> list[Household]:
    """One page; the header `x-total-count` says how many there are on all of them."""
    households = queries.HOUSEHOLDS.page(session, queries.households(session, actor, asked), asked)
    response.headers["x-total-count"] = str(households.total)
    return list(households.rows)


@router.post("/register-tasks/{task}/resolution")
def resolve_register_task(
    task: str, body: ResolutionForm, session: Transaction, actor: Who, today: Today
) -> ResolutionOut:
    done = commands.resolve_register_task(
        session,
        task,
        on_register=body.on_register,
        outcome=body.outcome,
        number=body.number,
        actor=actor,
        on=today,
    )
    return ResolutionOut(task=done.id, household=done.household, state=done.state)


@router.get("/register-tasks")
def register_tasks(session: Transaction, actor: Who) -> list[RegisterTaskOut]:
    return [
        RegisterTaskOut(
            task=task.id, household=task.household, village=task.village, opened_on=task.opened_on
        )
        for task, _ in queries.register_tasks(session, actor)
    ]


@router.get("/households/{household}", response_model=HouseholdOut)
def household(household: str, session: Transaction, actor: Who) -> Household:
    row = queries.household(session, household)
    policy.require(actor, "household", row)
    return row
