"""The months that the county has opened, with their dates."""

from datetime import date

from sqlmodel import Field

from services.county.service import Table


class Month(Table, table=True):
    """One month as the county opened it; the later dates lie in the next month."""

    __tablename__ = "month"
    month: str = Field(primary_key=True)  # YYYY-MM
    opened_on: date
    pack: str  # id@version
    supervision_due: date
    bulletin_on: date
    meeting_on: date
    meeting_notice_on: date
