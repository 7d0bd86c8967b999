"""What the township said of a household."""

from datetime import date

from sqlmodel import Field

from kit.database.encryption import encrypted
from kit.ids import new_id
from services.casework.service import Table


class Review(Table, table=True):
    """One review of one file; a file that was sent back has several. `batch`: the same for a list."""

    __tablename__ = "review"
    id: str = Field(primary_key=True, default_factory=new_id)
    batch: str = Field(index=True)
    file: str = Field(foreign_key="identification.id", index=True)
    village: str
    township: str = Field(index=True)
    agreed: bool
    reason: str | None = encrypted(default=None)  # of not agreeing
    meeting_on: date | None = None  # of the township's Party committee
    on: date
    by: str
    account: str
