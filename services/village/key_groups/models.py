"""Which households are of which key groups."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded, serial
from kit.database.encryption import encrypted
from rulebook.packs.tags import Sign
from services.village.service import Table


class KeyGroupHousehold(Table, table=True):
    """One household of one group, by one sign; without a sign somebody tagged it by hand. `persons`:
    the members who show the sign. `group`: of villagers, two digits.
    """

    __tablename__ = "key_group_household"
    __table_args__ = (
        UniqueConstraint("household", "key_group", "sign", postgresql_nulls_not_distinct=True),
    )
    id: int | None = serial()
    household: str
    village: str = Field(index=True)
    group: str | None = None
    key_group: str
    sign: Sign | None = coded(Sign, default=None)
    persons: str = encrypted(default="")
    note: str | None = encrypted(default=None)
    since: date
    by: str | None = None  # who tagged it; None: seen from the members' data
