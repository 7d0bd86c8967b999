"""Cases that the county sent back."""

from datetime import date

from sqlmodel import Field

from kit.database.encryption import encrypted
from kit.ids import new_id
from services.village.service import Table


class CountyRecheck(Table, table=True):
    """The county sent a case back; the township answers within five working days (D-09)."""

    __tablename__ = "county_recheck"
    id: str = Field(primary_key=True, default_factory=new_id)
    case: str = Field(index=True)
    number: str
    household: str
    village: str
    township: str = Field(index=True)
    asked_on: date
    due: date
    question: str = encrypted()
    answered_on: date | None = None
    still_at_risk: bool | None = None
    answer: str | None = encrypted(default=None)
    by: str | None = None
