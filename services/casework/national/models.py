"""What the last export of the national system said of a household."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, texts
from schemas.codes import Stratum
from services.casework.service import Table


class NationalEntry(Table, table=True):
    """A household that is monitored there, or was; months are "YYYY-MM", causes its own list's codes."""

    __tablename__ = "national_entry"
    household: str = Field(primary_key=True)
    imported: str = Field(index=True)
    number: str = Field(index=True)  # 户编号
    category: Stratum | None = coded(Stratum, default=None)
    identified: str | None = None
    eliminated: bool = False
    eliminated_in: str | None = None
    causes: list[str] = texts()
    on: date
