"""What an authenticator was given, sealed with the county's key; recovery codes as hashes."""

from datetime import datetime

from sqlmodel import Field

from kit.database.columns import instant, texts
from services.access.service import Table


class OneTimeCodes(Table, table=True):
    """`confirmed_at`: since a code was typed that fitted; `last`: the step of the last one, which
    is not taken again.
    """

    __tablename__ = "one_time_codes"
    account: str = Field(primary_key=True, foreign_key="account.code")
    sealed: str
    confirmed_at: datetime | None = instant(default=None)
    last: int = 0
    recovery: list[str] = texts()
