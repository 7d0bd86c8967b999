"""Local copies of what others own, kept from their events."""

from datetime import date

from sqlmodel import Field

from kit.columns import texts
from services.unit.service import Table


class Division(Table, table=True):
    __tablename__ = "division"
    code: str = Field(primary_key=True)
    level: str
    name: str
    parent: str | None = None


class Household(Table, table=True):
    """One household of the register. Personal data stands here in clear, and leaves only sealed."""

    __tablename__ = "household"
    id: str = Field(primary_key=True)
    village: str = Field(index=True)
    group: str | None = None
    stratum: str
    size: int
    on_register: bool = True
    id_hash: str | None = Field(default=None, index=True)
    number: str | None = Field(default=None, index=True)
    head_name: str = Field(index=True)
    id_number: str | None = None
    phone: str | None = None


class CaseCopy(Table, table=True):
    """What was heard of a case that holds findings of ours; facts may come in any order between two
    topics.
    """

    __tablename__ = "case_copy"
    id: str = Field(primary_key=True)
    number: str | None = None
    household: str
    findings: list[str] = texts()
    opened_on: date | None = None
    verified_on: date | None = None
    sent_back_on: date | None = None
    not_qualified_on: date | None = None
    not_qualified_reason: str | None = None
    helped_on: date | None = None
    origin: str | None = None  # the latest event behind it, source#id


class CaseOrder(Table, table=True):
    """An order of a case: which department, since when, closed when."""

    __tablename__ = "case_order"
    id: str = Field(primary_key=True)
    case: str = Field(index=True)
    number: str
    department: str | None = None
    gap_item: str
    issued_on: date | None = None
    closed_on: date | None = None
    origin: str | None = None
