"""What was heard of cases and their orders."""

from datetime import date

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kit.database.columns import coded, texts
from kit.database.encryption import encrypted
from schemas.codes import GapItem
from services.unit.service import Table


class CaseCopy(Table, table=True):
    """What was heard of a case that holds findings of ours; facts may come in any order between two
    topics.
    """

    __tablename__ = "case_copy"
    id: str = Field(primary_key=True)
    number: str | None = None
    household: str
    findings: list[str] = texts()
    joined: list[str] = texts()  # those that came after it was opened
    needs: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)  # need → gap item
    # Finding → what the decision says of it: {"need": …} or {"why_not": …}
    answers: dict[str, dict[str, str | None]] = Field(default_factory=dict, sa_type=JSONB)
    opened_on: date | None = None
    verified_on: date | None = None
    sent_back_on: date | None = None
    rechecked_on: date | None = None  # the township has answered
    not_qualified_on: date | None = None
    not_qualified_reason: str | None = encrypted(default=None)
    reopened_on: date | None = None
    helped_on: date | None = None
    origin: str | None = None  # the latest event behind it, source#id


class CaseOrder(Table, table=True):
    """An order of a case: which department, since when, closed when."""

    __tablename__ = "case_order"
    id: str = Field(primary_key=True)
    case: str = Field(index=True)
    number: str
    department: str | None = None
    gap_item: GapItem = coded(GapItem)
    issued_on: date | None = None
    closed_on: date | None = None
    origin: str | None = None
