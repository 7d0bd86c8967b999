"""Doors of teams and responsible leaders."""

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Transaction, Who
from services.county.organisation import commands
from services.county.organisation.commands import ResponsibleEntry, TeamEntry

router = APIRouter()


class TeamIn(BaseModel):
    code: str
    name: str
    leader: str = ""
    townships: list[str]  # codes or names
    members: list[str] = []
    phone: str | None = None


class ResponsibleIn(BaseModel):
    level: str
    place: str  # a code or a name
    post: str
    name: str
    phone: str | None = None


class Changed(BaseModel):
    changed: int


@router.post("/teams", status_code=201)
def enter_teams(body: list[TeamIn], session: Transaction, actor: Who) -> Changed:
    entries = [
        TeamEntry(
            one.code, one.name, one.leader, tuple(one.townships), tuple(one.members), one.phone
        )
        for one in body
    ]
    return Changed(changed=commands.enter_teams(session, entries, actor=actor))


@router.post("/responsibles", status_code=201)
def enter_responsibles(body: list[ResponsibleIn], session: Transaction, actor: Who) -> Changed:
    entries = [ResponsibleEntry(**one.model_dump()) for one in body]
    return Changed(changed=commands.enter_responsibles(session, entries, actor=actor))
