"""The lists that villages have sent."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import items
from kit.database.encryption import encrypted
from services.village.service import Table


class VillageList(Table, table=True):
    """A village's list of the month; `supplement` 0 is the list itself."""

    __tablename__ = "village_list"
    village: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    supplement: int = Field(primary_key=True)
    township: str = Field(index=True)
    nil: bool
    late: bool
    received_on: date
    written_on: date | None = None
    entered_on: date | None = None
    receipt_reason: str | None = encrypted(default=None)
    by_account: str
    by_name: str
    on_behalf_of: str | None = None
    signature: str | None = None  # TownshipSignature.id
    silent: list[str] = items()  # groups that had not reported when it was sent
    silent_reason: str | None = encrypted(default=None)  # why nil was declared all the same
