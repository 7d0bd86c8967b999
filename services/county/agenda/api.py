"""JSON doors: translate, and own the transaction."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import Day, YearMonth
from services.county.agenda import commands
from services.county.meetings import queries as meetings_queries
from services.county.meetings.models import LineKind

router = APIRouter()


class MeetingIn(BaseModel):
    """`on`: the planned day, else the pack's."""

    month: YearMonth
    on: Day | None = None
    place: str = ""
    chair: str = ""


class LineIn(BaseModel):
    """A line of the office's own; `order` and `case` are ids."""

    title: str
    text: str = ""
    kind: LineKind = LineKind.OTHER
    department: str | None = None
    order: str | None = None
    case: str | None = None


class LineEdit(BaseModel):
    """One of: new words, a new place, off the agenda (with a reason), on it again."""

    title: str | None = None
    text: str | None = None
    department: str | None = None
    position: int | None = None
    removed_reason: str | None = None
    restore: bool = False


@router.post("/meetings", status_code=201)
def open_meeting(body: MeetingIn, session: Transaction, actor: Who, today: Today) -> dict[str, Any]:
    meeting = commands.open_meeting(
        session,
        body.month,
        actor=actor,
        on=today,
        meets_on=body.on,
        place=body.place,
        chair=body.chair,
    )
    return meetings_queries.seen(session, meeting.id, actor, today)


@router.post("/meetings/{meeting_id}/agenda")
def draft_agenda(meeting_id: str, session: Transaction, actor: Who, today: Today) -> dict[str, Any]:
    commands.draft_agenda(session, meeting_id, actor=actor, on=today)
    return meetings_queries.seen(session, meeting_id, actor, today)


@router.post("/meetings/{meeting_id}/lines", status_code=201)
def add_line(meeting_id: str, body: LineIn, session: Transaction, actor: Who) -> dict[str, Any]:
    line = commands.add_line(session, meeting_id, actor=actor, **body.model_dump())
    session.flush()
    return line.model_dump()


@router.post("/lines/{line_id}")
def edit_line(line_id: str, body: LineEdit, session: Transaction, actor: Who) -> dict[str, Any]:
    if body.restore:
        commands.restore_line(session, line_id, actor=actor)
    if body.removed_reason is not None:
        commands.remove_line(session, line_id, body.removed_reason, actor=actor)
    if (body.title, body.text, body.department) != (None, None, None):
        commands.edit_line(
            session,
            line_id,
            actor=actor,
            title=body.title,
            text=body.text,
            department=body.department,
        )
    if body.position is not None:
        commands.move_line(session, line_id, body.position, actor=actor)
    return meetings_queries.line(session, line_id).model_dump()


@router.post("/meetings/{meeting_id}/notice")
def notice_meeting(
    meeting_id: str, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return {"departments": commands.notice_meeting(session, meeting_id, actor=actor, on=today)}
