"""Sessions. Their secrets stand here as hashes only."""

from datetime import datetime

from sqlmodel import Field

from kit.database.columns import coded, instant
from kit.ids import new_id
from services.access.service import Table
from services.access.sessions.rules import Kind


class SignedIn(Table, table=True):
    """One browser of one person. `post`: in which he acts there now; None: he has to choose."""

    __tablename__ = "signed_in"
    id: str = Field(default_factory=new_id, primary_key=True)
    account: str = Field(foreign_key="account.code", index=True)
    post: str | None = Field(default=None, foreign_key="post.id")
    kind: Kind = coded(Kind)
    secret_hash: str = Field(unique=True)
    device: str | None = None  # what its browser calls itself, in short
    mark_hash: str | None = Field(default=None, index=True)  # by which that browser is known again
    opened_at: datetime = instant()
    used_at: datetime = instant()
    ended_at: datetime | None = instant(default=None)
    ended_by: str | None = None  # an account; None: it is not ended, or was over
