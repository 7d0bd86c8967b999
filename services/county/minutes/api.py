"""JSON doors of the minutes."""

from kit.web import Today, Transaction, Who
from services.county.meetings import queries as meetings_queries
from services.county.meetings.views import DecisionOut, MeetingFile
from services.county.minutes import commands
from services.county.minutes.forms import AttendanceForm, MinutesForm, ResolutionForm, ResultForm
from services.county.minutes.policy import policy

router = policy.router()


@router.post("/meetings/{meeting_id}/attendance", response_model_exclude_unset=True)
def record_attendance(
    meeting_id: str, body: AttendanceForm, session: Transaction, actor: Who, today: Today
) -> MeetingFile:
    commands.record_attendance(
        session, meeting_id, body.people, actor=actor, on=today, held_on=body.held_on
    )
    return meetings_queries.seen(session, meeting_id, actor, today)


@router.post("/lines/{line_id}/decision", response_model_exclude_unset=True)
def minute_item(
    line_id: str, body: ResolutionForm, session: Transaction, actor: Who
) -> DecisionOut:
    decision = commands.minute_item(session, line_id, body, actor=actor)
    return meetings_queries.shown_decision(actor, decision)


@router.post("/meetings/{meeting_id}/minutes", response_model_exclude_unset=True)
def issue_minutes(
    meeting_id: str, body: MinutesForm, session: Transaction, actor: Who, today: Today
) -> MeetingFile:
    if body.note_rest:
        commands.note_rest(session, meeting_id, actor=actor)
    commands.issue_minutes(session, meeting_id, actor=actor, on=today, issued_on=body.issued_on)
    return meetings_queries.seen(session, meeting_id, actor, today)


@router.post("/decisions/{decision_id}/result", response_model_exclude_unset=True)
def report_decision(
    decision_id: str, body: ResultForm, session: Transaction, actor: Who, today: Today
) -> DecisionOut:
    decision = commands.report_decision(session, decision_id, body.text, actor=actor, on=today)
    return meetings_queries.shown_decision(actor, decision)
