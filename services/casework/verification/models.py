"""Visits as they were entered and corrected, members beside the register's, what departments have."""

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import EncryptedJson, encrypted, encrypted_items
from kit.ids import new_id
from rulebook.income import IncomeLine
from schemas.codes import Stratum
from services.casework.service import Table


class Verification(Table, table=True):
    """One version of a household's visit; the latest counts, all are kept. `sheet`: the form as it
    was filled in; `people`: the household's persons then (`Person` each); `visitors` (`Visitor` each).
    """

    __tablename__ = "verification"
    __table_args__ = (UniqueConstraint("file", "version"),)
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str = Field(foreign_key="identification.id", index=True)
    version: int = 1
    visited_on: date
    sheet: dict[str, Any] = Field(sa_type=EncryptedJson)
    people: list[dict] = encrypted_items()
    visitors: list[dict] = encrypted_items()
    reason: str | None = encrypted(default=None)  # why it was corrected
    complete: bool = False  # whether the village may assess by it
    entered_on: date
    entered_by: str
    entered_account: str
    origin: str | None = None


class CategoryChoice(Table, table=True):
    """What a person says the household is; the last counts. `suggested`: by the income, then."""

    __tablename__ = "category_choice"
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str = Field(foreign_key="identification.id", index=True)
    version: int  # of the verification that it is about
    number: int  # counts the choices of a file
    category: Stratum = coded(Stratum)
    suggested: Stratum | None = coded(Stratum, default=None)
    reason: str | None = encrypted(default=None)
    entered_on: date
    entered_by: str
    entered_account: str


class AddedMember(Table, table=True):
    """A member whom the register does not know, as the visit found him; `removed_on`: by mistake."""

    __tablename__ = "added_member"
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str = Field(foreign_key="identification.id", index=True)
    name: str
    relationship: str = encrypted()
    id_number: str | None = encrypted(default=None)
    born: date | None = None
    added_on: date
    entered_by: str
    entered_account: str
    removed_on: date | None = None


class DepartmentValue(Table, table=True):
    """What a department has of one line, in fen; it stands beside what was declared. The last counts."""

    __tablename__ = "department_value"
    id: str = Field(primary_key=True, default_factory=new_id)
    file: str = Field(foreign_key="identification.id", index=True)
    line: IncomeLine = coded(IncomeLine)
    amount: int = Field(sa_type=EncryptedJson)
    department: str
    received_on: date
    number: int  # counts the values of a file
    entered_on: date
    entered_by: str
    entered_account: str
