"""Forms of the minutes on the meeting's page."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Response
from pydantic import Field

from kit.web import Today, Transaction, Who
from rulebook.months import Day
from rulebook.types import LONGEST
from services.county.doors import to_meeting
from services.county.meetings.models import Presence
from services.county.minutes import commands
from services.county.minutes.forms import AttendeeForm, ResolutionForm, ResultForm
from services.county.minutes.policy import policy

router = policy.router()
Texts = list[Annotated[str, Field(max_length=LONGEST)]]  # one a row


@router.post("/meetings/{meeting_id}/attendance")
def record_attendance(
    meeting_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    unit: Annotated[Texts, FromPage(title="单位")],
    name: Annotated[Texts, FromPage(title="姓名")],
    post: Annotated[Texts, FromPage(title="职务")],
    presence: Annotated[list[Presence], FromPage(title="到会")],
    stands_for: Annotated[Texts, FromPage(title="代谁参加")],
    held_on: Annotated[Day | None, FromPage(title="召开日期")] = None,
) -> Response:
    rows = zip(unit, name, post, presence, stands_for, strict=False)
    people = [
        AttendeeForm(
            unit=organisation, name=person, post=job, presence=attended, stands_for=represented
        )
        for organisation, person, job, attended, represented in rows
        if organisation.strip() and (person.strip() or attended == Presence.ABSENT)
    ]
    commands.record_attendance(session, meeting_id, people, actor=actor, on=today, held_on=held_on)
    return to_meeting(meeting_id, "到会情况已登记，可以逐条记录会议决定。")


@router.post("/lines/{line_id}/decision")
def minute_item(
    line_id: str, form: Annotated[ResolutionForm, FromPage()], session: Transaction, actor: Who
) -> Response:
    decision = commands.minute_item(session, line_id, form, actor=actor)
    return to_meeting(decision.meeting, "会议决定已记录。", decision.line)


@router.post("/meetings/{meeting_id}/rest")
def note_rest(meeting_id: str, session: Transaction, actor: Who) -> Response:
    return to_meeting(
        meeting_id,
        f"{commands.note_rest(session, meeting_id, actor=actor)}条议题记为按原要求办理。",
    )


@router.post("/meetings/{meeting_id}/minutes")
def issue_minutes(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.issue_minutes(session, meeting_id, actor=actor, on=today)
    return to_meeting(meeting_id, "会议纪要已签发，决定已发给责任单位。")


@router.post("/decisions/{decision_id}/result")
def report_decision(
    decision_id: str,
    form: Annotated[ResultForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    decision = commands.report_decision(session, decision_id, form.text, actor=actor, on=today)
    return to_meeting(decision.meeting, "落实情况已登记。", decision.line)
