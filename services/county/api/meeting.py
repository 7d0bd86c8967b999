"""Doors of the joint meeting: translate, and own the transaction."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from kit.documents import DOCX, attachment
from kit.web import Today, Transaction, Who
from rulebook.months import Day, YearMonth
from schemas.codes import GapItem
from services.county.commands import meeting as commands
from services.county.models.meeting import DecisionKind, LineKind, Presence
from services.county.queries import letters
from services.county.queries import meeting as queries

router = APIRouter(tags=["meeting"])


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


class Words(BaseModel):
    text: str


class AttendeeIn(BaseModel):
    unit: str
    name: str
    post: str = ""
    presence: Presence = Presence.PRESENT
    stands_for: str = ""


class AttendanceIn(BaseModel):
    """`held_on`: the day of the meeting when it is entered later."""

    people: list[AttendeeIn]
    held_on: Day | None = None


class DecisionIn(BaseModel):
    kind: DecisionKind
    text: str
    department: str | None = None
    responsible: str = ""
    due: Day | None = None
    gap_item: GapItem | None = None
    question: str | None = None


class MinutesIn(BaseModel):
    """`note_rest`: every line without a decision is noted first, its limits as they are."""

    issued_on: Day | None = None
    note_rest: bool = False


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
    return queries.seen(session, meeting.id, actor, today)


@router.get("/meetings")
def meetings(session: Transaction, actor: Who) -> list[dict[str, Any]]:
    return queries.listed(session, actor)


@router.get("/meetings/{meeting_id}")
def meeting(meeting_id: str, session: Transaction, actor: Who, today: Today) -> dict[str, Any]:
    return queries.seen(session, meeting_id, actor, today)


@router.post("/meetings/{meeting_id}/agenda")
def draft_agenda(meeting_id: str, session: Transaction, actor: Who, today: Today) -> dict[str, Any]:
    commands.draft_agenda(session, meeting_id, actor=actor, on=today)
    return queries.seen(session, meeting_id, actor, today)


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
    return queries.line(session, line_id).model_dump()


@router.post("/meetings/{meeting_id}/notice")
def notice_meeting(
    meeting_id: str, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return {"departments": commands.notice_meeting(session, meeting_id, actor=actor, on=today)}


@router.post("/lines/{line_id}/explanation")
def explain_item(
    line_id: str, body: Words, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return commands.explain_item(session, line_id, body.text, actor=actor, on=today).model_dump()


@router.post("/meetings/{meeting_id}/attendance")
def record_attendance(
    meeting_id: str, body: AttendanceIn, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    people = [commands.Attendee(**vars(one)) for one in body.people]
    commands.record_attendance(
        session, meeting_id, people, actor=actor, on=today, held_on=body.held_on
    )
    return queries.seen(session, meeting_id, actor, today)


@router.post("/lines/{line_id}/decision")
def minute_item(line_id: str, body: DecisionIn, session: Transaction, actor: Who) -> dict[str, Any]:
    return commands.minute_item(
        session, line_id, commands.Resolution(**vars(body)), actor=actor
    ).model_dump()


@router.post("/meetings/{meeting_id}/minutes")
def issue_minutes(
    meeting_id: str, body: MinutesIn, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    if body.note_rest:
        commands.note_rest(session, meeting_id, actor=actor)
    commands.issue_minutes(session, meeting_id, actor=actor, on=today, issued_on=body.issued_on)
    return queries.seen(session, meeting_id, actor, today)


@router.post("/decisions/{decision_id}/result")
def report_decision(
    decision_id: str, body: Words, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return commands.report_decision(
        session, decision_id, body.text, actor=actor, on=today
    ).model_dump()


@router.get("/meetings/{meeting_id}/{letter}.docx")
def letter(
    meeting_id: str,
    letter: letters.MeetingLetter,
    session: Transaction,
    actor: Who,
    today: Today,
    department: str | None = None,
) -> Response:
    """agenda, minutes, annex (names, collected after the meeting), notice (`?department=`)."""
    return Response(
        letters.of_meeting(session, meeting_id, letter, actor, today, department),
        media_type=DOCX,
        headers=attachment(f"{letter.label}.docx"),
    )
