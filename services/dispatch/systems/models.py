"""What departments' systems were answered."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from kit.database.columns import instant
from services.dispatch.service import Table


class Answer(Table, table=True):
    """One reply and what became of it: its twin changes nothing and is answered no more.

    `reply`: its CloudEvents id as PostgreSQL writes it, else as it was sent, else its place;
    `contents`: hash of what it says, empty for those that came before this was kept; `code`: of
    ReplyTaken or ReplyRefusal.
    """

    __tablename__ = "department_answer"
    __table_args__ = (
        Index("ix_department_answer_taken", "department", "reply", postgresql_where=text("taken")),
    )
    department: str = Field(primary_key=True)
    reply: str = Field(primary_key=True)
    contents: str = Field(primary_key=True)
    type: str
    code: str
    taken: bool
    received_at: datetime = instant()
