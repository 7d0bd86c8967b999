"""Copies of the villages' households and of the units' assignments."""

from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kit.database.columns import coded, hashed, hashed_texts
from kit.database.encryption import encrypted, encrypted_items
from rulebook.months import last_day
from schemas.codes import Stratum
from services.county.service import Table


class Lived(BaseModel):
    """Where a household lived before; `until`: the first day on which it stands elsewhere."""

    village: str
    group_no: str | None
    until: date


class Counted(BaseModel):
    """How many persons a household had before; `until`: the first day on which they were others."""

    size: int
    until: date


class Household(Table, table=True):
    """A household of the village register. `hashes`: the head's and members' id hashes, for
    matching. That one person heads one household is held by the register's own database (G-09);
    copies of two households come one after the other, so both may name him for a moment.
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
    lived: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)  # `Lived` each
    # `Counted` each; NULL: always as many as now
    counted: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))

    def lived_in(self, month: str) -> Lived | None:
        """Where it lived at the month's end; None: where it lives now, as far as is known."""
        places = (Lived.model_validate(place) for place in self.lived or ())
        return next((place for place in places if place.until > last_day(month)), None)


class Assignment(Table, table=True):
    """Whose helper looks after the household."""

    __tablename__ = "assignment"
    household: str = Field(primary_key=True)
    helper: str
    unit: str = Field(index=True)
