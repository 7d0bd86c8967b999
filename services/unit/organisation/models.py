"""Units, helpers, and who helps whom: unit's own master data."""

from datetime import date

from sqlmodel import Field

from kit.database.encryption import encrypted
from kit.ids import new_id
from services.unit.service import Table


class Unit(Table, table=True):
    """A helping unit (帮扶单位); its code is its place, as U001."""

    __tablename__ = "unit"
    code: str = Field(primary_key=True)
    name: str = Field(index=True)


class Helper(Table, table=True):
    """A person of a unit who helps households; the code is the person's place, as U001-02."""

    __tablename__ = "helper"
    code: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    name: str
    phone: str | None = encrypted(default=None)
    left_on: date | None = None  # transferred away; the households went to another


class Assignment(Table, table=True):
    """One household and its helper. The workbook names it by number and may come before the
    register does: `household` is filled in once the register has said which one it is.
    """

    __tablename__ = "assignment"
    id: str = Field(default_factory=new_id, primary_key=True)
    household: str | None = Field(default=None, unique=True)
    number: str | None = Field(default=None, unique=True)
    helper: str = Field(foreign_key="helper.code", index=True)
    head_name: str | None = None  # as the workbook wrote it
    village_name: str | None = None


class Transfer(Table, table=True):
    """A household changed its helper: who, when, why."""

    __tablename__ = "transfer"
    id: str = Field(default_factory=new_id, primary_key=True)
    assignment: str = Field(foreign_key="assignment.id", index=True)
    before: str
    after: str
    on: date
    reason: str = encrypted()
    by: str
