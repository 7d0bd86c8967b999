"""Accounts and posts. A name stands here in clear, a telephone encrypted; both leave only sealed."""

from datetime import date, datetime

from sqlmodel import Field

from kit.database.columns import coded, instant
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.codes import Role
from services.access.accounts.rules import State
from services.access.service import Table

SERVER, DEMO = (
    "服务器",
    "演示",
)  # where accounts come from that no page made; a demo's are refused outside it


class Account(Table, table=True):
    """A person who may sign in. `code` is stable and says nothing about him."""

    __tablename__ = "account"
    code: str = Field(primary_key=True)
    name: str = Field(index=True)
    phone: str | None = encrypted(default=None)
    state: State = coded(State)
    opened_at: datetime = instant()
    opened_by: str  # the account of whoever opened it
    came_from: str | None = None  # a link of 0.1.0, a workbook: how it came, where no page made it


class Post(Table, table=True):
    """A role at a place. `above`: what the place belongs to, whose clerk keeps the post."""

    __tablename__ = "post"
    id: str = Field(default_factory=new_id, primary_key=True)
    account: str = Field(foreign_key="account.code", index=True)
    role: Role = coded(Role)
    place: str = Field(index=True)
    above: str = Field(index=True)
    since: date
    until: date | None = None
    deputy_for: str | None = Field(default=None, foreign_key="account.code")
    state: State = coded(State, index=True)
    proposed_by: str
    confirmed_by: str | None = None
    ended_by: str | None = None
    reason: str | None = encrypted(default=None)  # why it was taken back
