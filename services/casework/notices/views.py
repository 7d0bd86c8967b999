"""What the doors of notices answer."""

from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import NoticeRound, ObjectionChannel
from services.casework.notices.models import Notice


class NoticeView(BaseModel, from_attributes=True):
    """A notice; days are local days of Shanghai."""

    id: str
    round: NoticeRound
    village: str | None
    township: str
    posted_on: date
    place: str
    posted_by: str
    seen_by: str
    first: date
    last: date
    closes_from: date
    replaces: str | None
    taken_down_on: date | None
    taken_down_reason: str | None
    closed_on: date | None
    version: int


class NoticedView(BaseModel, from_attributes=True):
    """One line: its cells stand under the notice's columns."""

    file: str
    cells: list[str]


class ObjectionView(BaseModel, from_attributes=True):
    """A village sees of an objection that there is one, and until when it is answered."""

    id: str
    notice: str
    received_on: date
    due: date | None = None
    answered_on: date | None = None
    file: str | None = None
    channel: ObjectionChannel | None = None
    text: str | None = None
    name: str | None = None
    phone: str | None = None
    upheld: bool | None = None
    answer: str | None = None


class WholeNotice(NoticeView):
    columns: list[str] = []
    households: list[NoticedView] = []


NOTICES = Listing[Notice](
    [
        Column("posted_on", "张贴日期", href=lambda one: one.page, sort=col(Notice.posted_on)),
        Column("round", "公示轮次"),
        Column("place", "张贴地点"),
        Column("closes_from", "最早结束", sort=col(Notice.closes_from)),
        Column("closed_on", "结束日期", sort=col(Notice.closed_on)),
        Column("taken_down_on", "撤下日期"),
    ],
    order=[col(Notice.posted_on).desc(), col(Notice.id).desc()],
)
