"""JSON doors: translate, and own the transaction."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from kit.documents import DOCX, attachment
from kit.web import Today, Transaction, Who
from services.county.meetings import commands, documents, queries
from services.county.meetings.documents import MeetingLetter


class Words(BaseModel):
    text: str


router = APIRouter()


@router.get("/meetings")
def meetings(session: Transaction, actor: Who) -> list[dict[str, Any]]:
    return queries.listed(session, actor)


@router.get("/meetings/{meeting_id}")
def meeting(meeting_id: str, session: Transaction, actor: Who, today: Today) -> dict[str, Any]:
    return queries.seen(session, meeting_id, actor, today)


@router.post("/lines/{line_id}/explanation")
def explain_item(
    line_id: str, body: Words, session: Transaction, actor: Who, today: Today
) -> dict[str, Any]:
    return commands.explain_item(session, line_id, body.text, actor=actor, on=today).model_dump()


@router.get("/meetings/{meeting_id}/{letter}.docx")
def letter(
    meeting_id: str,
    letter: MeetingLetter,
    session: Transaction,
    actor: Who,
    today: Today,
    department: str | None = None,
) -> Response:
    """agenda, minutes, annex (names, collected after the meeting), notice (`?department=`)."""
    return Response(
        documents.of_meeting(session, meeting_id, letter, actor, today, department),
        media_type=DOCX,
        headers=attachment(f"{letter.label}.docx"),
    )
