"""Copies of casework's files, as far as the joint meeting asks of them."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import coded, texts
from schemas.codes import LeadChannel
from services.county.service import Table


class IdentificationFile(Table, table=True):
    """One file. Its events come in any order, so each field stands alone: what was not heard yet is
    empty. `objections`: those without an answer; `doubts`: of departments, that nobody has
    looked into.
    """

    __tablename__ = "identification_file"
    id: str = Field(primary_key=True)
    number: str = ""
    household: str | None = Field(default=None, index=True)
    village: str = ""
    channel: LeadChannel | None = coded(LeadChannel, default=None)
    case: str | None = None  # of the network
    opened_on: date | None = None
    total_due: date | None = None
    decided_on: date | None = None  # admitted or not, or ended otherwise
    carried: bool | None = None  # None: the village has not assessed
    quorum: bool = True
    agreed: bool | None = None  # by the township; None: it has not reviewed
    objections: list[str] = texts()
    upheld: bool = False  # an objection was found true
    doubts: int = 0
    green_overdue: bool = False  # its green channel was not made up in time
