"""Cards. What stands on them is here as a hash only."""

from datetime import datetime

from sqlmodel import Field

from kit.database.columns import coded, instant
from kit.ids import new_id
from services.access.cards.rules import CardState
from services.access.service import Table


class Card(Table, table=True):
    """One card of one person; `secret_hash` once it may be used, `session` since it was."""

    __tablename__ = "card"
    id: str = Field(default_factory=new_id, primary_key=True)
    account: str = Field(foreign_key="account.code", index=True)
    state: CardState = coded(CardState)
    secret_hash: str | None = Field(default=None, unique=True)
    made_at: datetime = instant()
    proposed_by: str
    confirmed_by: str | None = None
    used_at: datetime | None = instant(default=None)
    session: str | None = Field(default=None, foreign_key="signed_in.id")
