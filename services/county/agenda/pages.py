"""Forms of the agenda on the meeting's page."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Response

from kit.web import Today, Transaction, Who
from services.county.agenda import commands
from services.county.agenda.forms import LineForm, LineWords, MeetingForm, PositionForm, ReasonForm
from services.county.agenda.policy import policy
from services.county.doors import to_meeting

router = policy.router()


@router.post("/meetings")
def open_meeting(
    form: Annotated[MeetingForm, FromPage()], session: Transaction, actor: Who, today: Today
) -> Response:
    meeting = commands.open_meeting(
        session,
        form.month,
        actor=actor,
        on=today,
        meets_on=form.on,
        place=form.place,
        chair=form.chair,
    )
    return to_meeting(meeting.id, "会议和议程已经保存。")


@router.post("/meetings/{meeting_id}/agenda")
def draft_agenda(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.draft_agenda(session, meeting_id, actor=actor, on=today)
    return to_meeting(meeting_id, "议程已按最新情况刷新，改过的议题没有变动。")


@router.post("/meetings/{meeting_id}/lines")
def add_line(
    meeting_id: str, form: Annotated[LineForm, FromPage()], session: Transaction, actor: Who
) -> Response:
    line = commands.add_line(session, meeting_id, form, actor=actor)
    return to_meeting(meeting_id, "议题已增加。", line.id)


@router.post("/lines/{line_id}/edit")
def edit_line(
    line_id: str, form: Annotated[LineWords, FromPage()], session: Transaction, actor: Who
) -> Response:
    line = commands.edit_line(session, line_id, actor=actor, title=form.title, text=form.text)
    return to_meeting(line.meeting, "议题已修改。", line.id)


@router.post("/lines/{line_id}/move")
def move_line(
    line_id: str, form: Annotated[PositionForm, FromPage()], session: Transaction, actor: Who
) -> Response:
    line = commands.move_line(session, line_id, form.position, actor=actor)
    return to_meeting(line.meeting, "顺序已调整。", line.id)


@router.post("/lines/{line_id}/remove")
def remove_line(
    line_id: str, form: Annotated[ReasonForm, FromPage()], session: Transaction, actor: Who
) -> Response:
    line = commands.remove_line(session, line_id, form.reason, actor=actor)
    return to_meeting(line.meeting, "议题已移出。")


@router.post("/lines/{line_id}/restore")
def restore_line(line_id: str, session: Transaction, actor: Who) -> Response:
    return to_meeting(commands.restore_line(session, line_id, actor=actor).meeting, "议题已恢复。")


@router.post("/meetings/{meeting_id}/notice")
def notice_meeting(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    told = commands.notice_meeting(session, meeting_id, actor=actor, on=today)
    return to_meeting(meeting_id, f"会议通知已发给{len(told)}个部门。")
