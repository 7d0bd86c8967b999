"""What departments' systems were answered."""

from datetime import datetime

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
    department: str = Field(primary_key=True)
    reply: str = Field(primary_key=True)
    contents: str = Field(primary_key=True)
    type: str
    code: str
    taken: bool
    received_at: datetime = instant()
