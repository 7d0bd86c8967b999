"""Doors of teams and responsible leaders."""

from pydantic import BaseModel

from kit.web import Transaction, Who
from services.county.organisation import commands
from services.county.organisation.forms import ResponsibleForm, TeamForm
from services.county.organisation.policy import policy

router = policy.router()


class Changed(BaseModel):
    changed: int


@router.post("/teams", status_code=201)
def enter_teams(body: list[TeamForm], session: Transaction, actor: Who) -> Changed:
    return Changed(changed=commands.enter_teams(session, body, actor=actor))


@router.post("/responsibles", status_code=201)
def enter_responsibles(body: list[ResponsibleForm], session: Transaction, actor: Who) -> Changed:
    return Changed(changed=commands.enter_responsibles(session, body, actor=actor))
