"""The signatures under villages' lists."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import items
from kit.database.encryption import encrypted
from kit.ids import new_id
from services.village.service import Table


class TownshipSignature(Table, table=True):
    """The head's signature under the lists of `villages` (N-08); `missing` are named by it."""

    __tablename__ = "township_signature"
    __table_args__ = (UniqueConstraint("township", "month", "supplement"),)
    id: str = Field(primary_key=True, default_factory=new_id)
    township: str
    month: str
    supplement: int
    signed_on: date
    late: bool
    villages: list[str] = items()
    missing: list[str] = items()
    missing_reason: str | None = encrypted(default=None)  # why it was signed all the same
    by_account: str
    by_name: str
