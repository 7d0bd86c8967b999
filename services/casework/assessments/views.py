"""What the doors of assessments answer."""

from datetime import date

from pydantic import BaseModel
from sqlmodel import col

from kit.lists import Column, Listing
from rulebook.assessment import Body, Outcome
from services.casework.assessments.models import Assessment


class VotesView(BaseModel, from_attributes=True):
    """One household of the sheet."""

    file: str
    in_favour: int
    against: int
    abstained: int
    relatives: list[str]
    note: str
    outcome: Outcome
    sentence: str


class AssessmentView(BaseModel, from_attributes=True):
    """One meeting."""

    id: str
    village: str
    body: Body
    held_on: date
    place: str
    chair: str
    recorder: str
    should_attend: int
    attended: int
    note: str
    entered_on: date
    corrected_on: date | None
    correction: str | None
    version: int


class WholeAssessment(AssessmentView):
    households: list[VotesView] = []


ASSESSMENTS = Listing[Assessment](
    [
        Column("held_on", "评议日期", href=lambda one: one.page, sort=col(Assessment.held_on)),
        Column("body", "会议形式"),
        Column("should_attend", "应到人数"),
        Column("attended", "到会人数"),
        Column("entered_on", "登记日期"),
    ],
    order=[col(Assessment.held_on).desc(), col(Assessment.id).desc()],
)
