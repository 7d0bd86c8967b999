"""JSON doors: translate, and own the transaction."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from kit.web import Today, Transaction, Who
from rulebook.months import Day
from schemas.codes import GapItem
from services.county.meetings import queries as meetings_queries
from services.county.meetings.models import DecisionKind, Presence
from services.county.minutes import commands
from services.county.minutes.commands import Attendee, Resolution


class Words(BaseModel):
    text: str


router = APIRouter()


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


@router.post("/meetings/{meeting_id}/attendance")
def record_attendance(
    meeting_id: str, body: AttendanceIn, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    people = [Attendee(**vars(one)) for one in body.people]
    commands.record_attendance(
        session, meeting_id, people, actor=actor, on=today, held_on=body.held_on
    )
    return meetings_queries.seen(session, meeting_id, actor, today)


@router.post("/lines/{line_id}/decision")
def minute_item(line_id: str, body: DecisionIn, session: Transaction, actor: Who) -> dict[str, Any]:
    return commands.minute_item(
        session, line_id, Resolution(**vars(body)), actor=actor
    ).model_dump()


@router.post("/meetings/{meeting_id}/minutes")
def issue_minutes(
    meeting_id: str, body: MinutesIn, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    if body.note_rest:
        commands.note_rest(session, meeting_id, actor=actor)
    commands.issue_minutes(session, meeting_id, actor=actor, on=today, issued_on=body.issued_on)
    return meetings_queries.seen(session, meeting_id, actor, today)


@router.post("/decisions/{decision_id}/result")
def report_decision(
    decision_id: str, body: Words, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return commands.report_decision(
        session, decision_id, body.text, actor=actor, on=today
    ).model_dump()
