"""JSON doors of the agenda."""

from kit.web import Today, Transaction, Who
from services.county.agenda import commands
from services.county.agenda.forms import LineEdit, LineForm, MeetingForm
from services.county.agenda.policy import policy
from services.county.meetings import queries as meetings_queries
from services.county.meetings.views import LineOut, MeetingFile, Noticed

router = policy.router()


@router.post("/meetings", status_code=201, response_model_exclude_unset=True)
def open_meeting(body: MeetingForm, session: Transaction, actor: Who, today: Today) -> MeetingFile:
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


@router.post("/meetings/{meeting_id}/agenda", response_model_exclude_unset=True)
def draft_agenda(meeting_id: str, session: Transaction, actor: Who, today: Today) -> MeetingFile:
    commands.draft_agenda(session, meeting_id, actor=actor, on=today)
    return meetings_queries.seen(session, meeting_id, actor, today)


@router.post("/meetings/{meeting_id}/lines", status_code=201, response_model_exclude_unset=True)
def add_line(meeting_id: str, body: LineForm, session: Transaction, actor: Who) -> LineOut:
    line = commands.add_line(session, meeting_id, body, actor=actor)
    return meetings_queries.shown_line(actor, line)


@router.post("/lines/{line_id}", response_model_exclude_unset=True)
def edit_line(line_id: str, body: LineEdit, session: Transaction, actor: Who) -> LineOut:
    """The line as it is then; one asks nothing of it without the right to change it (G-05)."""
    line = commands.change_line(session, line_id, body, actor=actor)
    return meetings_queries.shown_line(actor, line)


@router.post("/meetings/{meeting_id}/notice")
def notice_meeting(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Noticed:
    told = commands.notice_meeting(session, meeting_id, actor=actor, on=today)
    return Noticed(departments=told)
