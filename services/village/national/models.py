"""Exports of the national system: those that came, and what the last one said of each household."""

from datetime import date
from typing import Any

from sqlmodel import Field

from kit.database.columns import coded, serial, several
from kit.database.encryption import EncryptedJson
from kit.ids import new_id
from schemas.codes import RiskCause, Stratum
from services.village.national.rules import ImportState
from services.village.service import Table


class NationalImport(Table, table=True):
    """An export as it came. Nothing of it is in the register before a person has confirmed it."""

    __tablename__ = "national_import"
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str
    title: str
    year: int | None = None  # None: no heading names one
    unread: list[str] = Field(sa_type=EncryptedJson)  # numbers of households that could not be read
    state: ImportState = coded(ImportState, default=ImportState.WAITING)
    came_on: date
    by: str
    decided_on: date | None = None
    decided_by: str | None = None
    compared_on: date | None = None  # when the register of monitored households had it too
    differing: int | None = None  # how many households stand otherwise there


class NationalRow(Table, table=True):
    """One household of an export that waits; gone when somebody has decided."""

    __tablename__ = "national_row"
    id: int | None = serial()
    of: str = Field(index=True)  # NationalImport.id
    entry: dict[str, Any] = Field(sa_type=EncryptedJson)


class NationalEntry(Table, table=True):
    """What the last export said of a household: a field that has changed on both sides since is a
    conflict, and what is monitored (`MONITORED`) goes out again as it came.
    """

    __tablename__ = "national_entry"
    household: str = Field(primary_key=True)
    entry: dict[str, Any] = Field(sa_type=EncryptedJson)
    on: date


class Identified(Table, table=True):
    """Whom the county identified, as casework told: what the national system's export says of it later
    is no news, and until then the export that leaves here says it.
    """

    __tablename__ = "identified"
    household: str = Field(primary_key=True)
    category: Stratum = coded(Stratum)
    causes: list[RiskCause] = several(RiskCause)
    on: date
