"""A month as programs read it."""

from datetime import date

from pydantic import BaseModel


class MonthOut(BaseModel, from_attributes=True):
    month: str
    opened_on: date
    pack: str
    supervision_due: date
    bulletin_on: date
    meeting_on: date
    meeting_notice_on: date
