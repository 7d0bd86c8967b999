"""Whom the provider names, and browsers that were sent to it."""

from datetime import datetime

from sqlmodel import Field

from kit.database.columns import instant
from services.access.service import Table


class Identity(Table, table=True):
    """What the provider calls a person, as a hash of issuer and claim."""

    __tablename__ = "identity"
    hash: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.code", index=True)
    bound_at: datetime = instant()


class Asking(Table, table=True):
    """One way to the provider and back; `binds`: the account that is to be known by it from then
    on.
    """

    __tablename__ = "asking"
    state_hash: str = Field(primary_key=True)
    sealed: str  # nonce and verifier
    back: str
    binds: str | None = Field(default=None, foreign_key="account.code")
    asked_at: datetime = instant(index=True)
