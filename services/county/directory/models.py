"""Tables."""

from sqlmodel import Field

from services.county.service import Table


class Division(Table, table=True):
    """A county, township or village; `code` has twelve digits."""

    __tablename__ = "division"
    code: str = Field(primary_key=True)
    level: str  # schemas.codes.Level
    name: str
    parent: str | None = Field(default=None, index=True)


class Group(Table, table=True):
    __tablename__ = "village_group"
    village: str = Field(primary_key=True)
    group_no: str = Field(primary_key=True)
    leader: str = ""
    phone: str | None = None


class Unit(Table, table=True):
    __tablename__ = "unit"
    code: str = Field(primary_key=True)
    name: str


class Helper(Table, table=True):
    __tablename__ = "helper"
    code: str = Field(primary_key=True)
    unit: str = Field(index=True)
    name: str = ""
    phone: str | None = None


class Department(Table, table=True):
    __tablename__ = "department"
    code: str = Field(primary_key=True)
    name: str
