"""What the doors of green channels answer, and the office's list."""

from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from schemas.codes import RiskCause
from services.casework.green_channel.models import GreenChannel
from services.casework.green_channel.queries import GreenLine


class GreenView(BaseModel, from_attributes=True):
    """One asking, without anybody's words."""

    id: str
    file: str
    village: str
    township: str
    cause: RiskCause
    opened_on: date
    opened_by: str
    agreed: bool | None
    answered_on: date | None
    answered_by: str | None
    overdue_on: date | None
    recovers: bool | None
    recovery_on: date | None


class MeasureView(BaseModel, from_attributes=True):
    id: str
    what: str
    by: str
    order_number: str | None
    on: date


class WholeGreen(GreenView):
    """With what was said and done."""

    facts: str
    attested_by: str
    reason: str | None
    recovery_reason: str | None
    measures: list[MeasureView] = []


GREEN = Listing[GreenLine](
    [
        Column("number", "档案编号", lambda one: one.line.file.number),
        Column(
            "head_name",
            "户主",
            lambda one: one.line.head_name,
            href=lambda one: f"/casework/files/{one.row.file}/green-channel",
        ),
        Column("village", "村", lambda one: one.line.village, sort=col(GreenChannel.village)),
        Column("cause", "原因", lambda one: one.row.cause),
        Column("on", "同意日期", lambda one: one.row.answered_on, sort=GreenChannel.answered_on),
        Column("measures", "先行帮扶项数"),
        Column("state", "环节", lambda one: one.line.file.state),
        Column("due", "补办期限", lambda one: one.line.file.backfill_due),
        Column("reason", "没有纳入的原因", only="workbook"),
    ],
    order=[col(GreenChannel.answered_on), col(GreenChannel.id)],
)
