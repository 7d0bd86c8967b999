"""What was recorded of a household's natural decrease."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import encrypted
from kit.ids import new_id
from schemas.monitored import Decrease
from services.casework.service import Table


class Decreased(Table, table=True):
    """One record; only appended. `on`: the day of it. Of a household that moved away the first record
    says when it left, and a later one, with `receiver`, when the other county took it over.
    """

    __tablename__ = "decreased"
    id: str = Field(primary_key=True, default_factory=new_id)
    monitored: str = Field(foreign_key="monitored.id", index=True)
    decrease: Decrease = coded(Decrease)
    on: date
    into: str | None = None  # the household that it was merged into
    receiver: str | None = None  # the county that took it over
    text: str = encrypted()
    entered_on: date
    by: str
    account: str
