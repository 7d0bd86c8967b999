"""Who came into a household or left it, on what day and why."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, hashed
from kit.database.encryption import encrypted
from kit.ids import new_id
from services.village.changes.rules import ChangeKind
from services.village.service import Table


class HouseholdChange(Table, table=True):
    """One person, one day. `on`: when it happened, or the day of the export that said so."""

    __tablename__ = "household_change"
    id: str = Field(primary_key=True, default_factory=new_id)
    household: str = Field(index=True)
    kind: ChangeKind = coded(ChangeKind)
    person: str = encrypted()
    id_hash: str | None = hashed(default=None)
    on: date
    noted_on: date
    by: str
    reason: str | None = encrypted(default=None)
