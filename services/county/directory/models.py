"""Whom the office rings up in a village group; what codes are called stands in `kit.directory`."""

from sqlmodel import Field

from kit.database.encryption import encrypted
from services.county.service import Table


class Group(Table, table=True):
    """A group's leader, by village and group."""

    __tablename__ = "village_group"
    village: str = Field(primary_key=True)
    group_no: str = Field(primary_key=True)
    leader: str = ""
    phone: str | None = encrypted(default=None)
