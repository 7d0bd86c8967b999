"""What the doors of decisions answer, and their lists."""

from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import NotAdmittedReason, RiskCause, Stratum
from services.casework.decisions.models import Announcement, DecisionList
from services.casework.decisions.rules import Verdict
from services.casework.reviews.views import TakenView


class DecisionView(BaseModel, from_attributes=True):
    id: str
    file: str
    village: str
    verdict: Verdict
    category: Stratum | None
    causes: list[RiskCause]
    reason: NotAdmittedReason | None
    words: str | None
    compared: str | None
    on: date
    decided_by: str
    announcement: str | None
    told_on: date | None


class ListView(BaseModel, from_attributes=True):
    id: str
    on: date
    title: str


class WholeList(ListView):
    lines: list[DecisionView]


class DecidedView(TakenView):
    """A whole list at once: its id, and what became of its lines."""

    list_id: str


class AnnouncedView(TakenView):
    announcement: str


LISTS = Listing[DecisionList](
    [
        Column("on", "审定日期", sort=col(DecisionList.on)),
        Column(
            "title",
            "会议",
            lambda listed: listed.title or "牵头部门审定",
            href=lambda listed: f"/casework/decisions/{listed.id}",
        ),
        Column("opened_by", "建立人", own=True),
    ],
    order=[col(DecisionList.on).desc(), col(DecisionList.id)],
)
ANNOUNCEMENTS = Listing[Announcement](
    [
        Column("on", "公告日期", sort=col(Announcement.on)),
        Column("posted_at", "张贴地点"),
        Column(
            "paper",
            "公告",
            lambda _: "下载公告",
            href=lambda posted: f"/casework/announcements/{posted.id}.docx",
        ),
        Column("by", "登记人", own=True),
    ],
    order=[col(Announcement.on).desc(), col(Announcement.id)],
)
