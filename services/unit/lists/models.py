"""The lists that units sent."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.encryption import encrypted
from kit.ids import new_id
from services.unit.service import Table


class UnitList(Table, table=True):
    """What a unit sent: the list of the month (`supplement` 0) and what followed it."""

    __tablename__ = "unit_list"
    __table_args__ = (UniqueConstraint("unit", "month", "supplement", name="uq_unit_list_number"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    unit: str
    month: str
    supplement: int = 0
    nil: bool
    nil_reason: str | None = encrypted(default=None)  # not everybody was contacted
    unverified_reason: str | None = encrypted(
        default=None
    )  # findings that nobody verified are among them
    received_on: date  # our clock's receipt, or the day of a 补录
    written_on: date | None = None
    entered_on: date | None = None
    entered_reason: str | None = encrypted(default=None)
    submitted_by: str
    submitted_account: str | None = None
    pack: str
    signed_on: date | None = None
    signed_by: str | None = None
    late: bool | None = None
    required: int | None = None  # the figures as signed
    contacted: int | None = None
    unreached: int | None = None
