"""JSON doors of the joint meeting: reading it, explaining a line, its papers."""

from typing import Annotated

from fastapi import Query, Response

from kit.web import Today, Transaction, Who
from rulebook.types import DepartmentCode
from services.county.meetings import commands, documents, queries
from services.county.meetings.documents import MeetingLetter
from services.county.meetings.forms import ExplanationForm
from services.county.meetings.policy import policy
from services.county.meetings.views import LineOut, MeetingBrief, MeetingFile

router = policy.router()


@router.get("/meetings")
def meetings(session: Transaction, actor: Who) -> list[MeetingBrief]:
    return [MeetingBrief.model_validate(meeting) for meeting in queries.listed(session, actor)]


@router.get("/meetings/{meeting_id}", response_model_exclude_unset=True)
def meeting(meeting_id: str, session: Transaction, actor: Who, today: Today) -> MeetingFile:
    return queries.seen(session, meeting_id, actor, today)


@router.post("/lines/{line_id}/explanation", response_model_exclude_unset=True)
def explain_item(
    line_id: str, body: ExplanationForm, session: Transaction, actor: Who, today: Today
) -> LineOut:
    line = commands.explain_item(session, line_id, body.text, actor=actor, on=today)
    return queries.shown_line(actor, line)


@router.get("/meetings/{meeting_id}/{letter}.docx")
def letter(
    meeting_id: str,
    letter: MeetingLetter,
    session: Transaction,
    actor: Who,
    today: Today,
    department: Annotated[DepartmentCode | None, Query(title="部门")] = None,
) -> Response:
    """agenda, minutes, annex (names, collected after the meeting), notice (`?department=`)."""
    paper = documents.of_meeting(session, meeting_id, letter, actor, today, department)
    return paper.answer()
