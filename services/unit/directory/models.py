"""Households as the village's register tells of them."""

from sqlmodel import Field

from kit.database.columns import coded, hashed
from kit.database.encryption import encrypted
from schemas.codes import Stratum
from services.unit.service import Table


class Household(Table, table=True):
    """One household of the register. Personal data stands here in clear, and leaves only sealed."""

    __tablename__ = "household"
    id: str = Field(primary_key=True)
    village: str = Field(index=True)
    group: str | None = None
    stratum: Stratum = coded(Stratum)
    size: int
    on_register: bool = True
    merged_into: str | None = Field(default=None, index=True)  # its number is void since
    id_hash: str | None = hashed(default=None, index=True)
    number: str | None = Field(default=None, index=True)
    head_name: str = Field(index=True)
    id_number: str | None = encrypted(default=None)
    phone: str | None = encrypted(default=None)
