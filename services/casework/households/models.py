"""Copies of the villages' households."""

from sqlalchemy import Index
from sqlmodel import Field

from kit.database.columns import coded, hashed, hashed_texts
from kit.database.encryption import encrypted, encrypted_items
from schemas.codes import Stratum
from services.casework.service import Table


class Household(Table, table=True):
    """A household of the village register. `hashes`: the head's and members' id hashes; nothing is
    edited here.
    """

    __tablename__ = "household"
    __table_args__ = (Index("ix_household_hashes", "hashes", postgresql_using="gin"),)
    id: str = Field(primary_key=True)
    village: str = Field(index=True)
    group_no: str | None = None
    stratum: Stratum = coded(Stratum, default=Stratum.ORDINARY)
    size: int = 1
    on_register: bool = True
    merged_into: str | None = Field(default=None, index=True)  # its number is void since
    id_hash: str | None = hashed(default=None, index=True)
    hashes: list[str] = hashed_texts()
    number: str | None = Field(default=None, index=True)  # 户编号
    head_name: str = Field(default="", index=True)
    id_number: str | None = encrypted(default=None)
    phone: str | None = encrypted(default=None)
    members: list[dict] = encrypted_items()  # schemas.values.Member each
