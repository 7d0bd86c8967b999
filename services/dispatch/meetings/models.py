"""What a department was told of a joint meeting."""

from datetime import date

from sqlmodel import Field

from kit.database.columns import items
from kit.database.encryption import encrypted_items
from services.dispatch.service import Table


class MeetingNotice(Table, table=True):
    """A department's own items at a joint meeting, for officers who use the portal."""

    __tablename__ = "meeting_notice"
    meeting: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    on: date
    place: str
    titles: list[str] = encrypted_items()
    orders: list[str] = items()
