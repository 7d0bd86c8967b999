"""What was asked of whom, and what came back."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kit.database.columns import coded
from kit.database.encryption import encrypted
from kit.ids import new_id
from services.casework.comparisons.rules import Answer, Recheck
from services.casework.service import Table


class ComparisonRequest(Table, table=True):
    """One township's list as it goes to one department. `batch`: the same for all its departments;
    `due_on` None: its rules give no limit.
    """

    __tablename__ = "comparison_request"
    id: str = Field(primary_key=True, default_factory=new_id)
    batch: str = Field(index=True)
    township: str = Field(index=True)
    department: str
    asked_on: date
    due_on: date | None = Field(default=None, index=True)
    asked_by: str
    asked_account: str


class ComparisonLine(Table, table=True):
    """One household of a request. Without an answer the department has not said anything yet."""

    __tablename__ = "comparison_line"
    __table_args__ = (UniqueConstraint("request", "file"),)
    id: str = Field(primary_key=True, default_factory=new_id)
    request: str = Field(foreign_key="comparison_request.id")
    file: str = Field(foreign_key="identification.id", index=True)
    village: str
    township: str = Field(index=True)
    department: str
    due_on: date | None = None
    answer: Answer | None = coded(Answer, default=None)
    text: str | None = encrypted(default=None)  # of a doubt
    answered_on: date | None = None
    answered_by: str | None = None
    answered_account: str | None = None
    recheck_due: date | None = None
    recheck: Recheck | None = coded(Recheck, default=None)
    recheck_text: str | None = encrypted(default=None)
    rechecked_on: date | None = None
    rechecked_by: str | None = None
    rechecked_account: str | None = None
