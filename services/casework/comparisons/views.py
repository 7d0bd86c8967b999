"""What the doors of comparisons answer, and their lists."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from services.casework.comparisons.models import ComparisonRequest
from services.casework.comparisons.rules import Answer, Recheck


class RequestView(BaseModel, from_attributes=True):
    id: str
    batch: str
    township: str
    department: str
    asked_on: date
    due_on: date | None


class LineView(BaseModel, from_attributes=True):
    id: str
    file: str
    village: str
    department: str
    due_on: date | None
    answer: Answer | None
    text: str | None
    answered_on: date | None
    recheck_due: date | None
    recheck: Recheck | None
    recheck_text: str | None
    rechecked_on: date | None


class Answered(BaseModel):
    """How many households the answer changed."""

    answered: int


@dataclass(frozen=True)
class RequestLine:
    """A request in the list. `open`: households of which the department has said nothing."""

    request: ComparisonRequest
    township: str
    department: str
    open: int


@dataclass(frozen=True)
class SheetLine:
    """A household as its department gets it on the sheet."""

    number: str
    head_name: str
    id_number: str | None
    village: str
    persons: str
    answer: str
    text: str
    line: str


REQUESTS = Listing[RequestLine](
    [
        Column("township", "乡镇", sort=col(ComparisonRequest.township)),
        Column(
            "department",
            "部门",
            sort=col(ComparisonRequest.department),
            href=lambda line: f"/casework/comparisons/{line.request.id}",
        ),
        Column("asked_on", "发出日期", lambda line: line.request.asked_on),
        Column("due_on", "期限", lambda line: line.request.due_on, sort=ComparisonRequest.due_on),
        Column("open", "未反馈户数"),
    ],
    order=[col(ComparisonRequest.asked_on).desc(), col(ComparisonRequest.id)],
)
SHEET = Listing[SheetLine](
    [
        Column("number", "档案编号"),
        Column("head_name", "户主姓名"),
        Column("id_number", "身份证号码"),
        Column("village", "村"),
        Column("persons", "家庭成员"),
        Column("answer", "比对结果"),
        Column("text", "疑点"),
        Column("line", "比对编号"),  # tells department and household when the sheet comes back
    ],
    numbered=True,
)
