"""Pages: translate, and own the transaction."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from kit.web import Today, Transaction, Who
from rulebook.months import YearMonth
from services.county.agenda import commands
from services.county.doors import MaybeDay, Text, to_meeting

router = APIRouter()


@router.post("/meetings")
def open_meeting(
    session: Transaction,
    actor: Who,
    today: Today,
    month: Annotated[YearMonth, Form()],
    place: Text = "",
    chair: Text = "",
    on: MaybeDay = None,
) -> Response:
    found = commands.open_meeting(
        session, month, actor=actor, on=today, meets_on=on, place=place.strip(), chair=chair.strip()
    )
    return to_meeting(found.id, "会议和议程已经保存。")


@router.post("/meetings/{meeting_id}/agenda")
def draft_agenda(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.draft_agenda(session, meeting_id, actor=actor, on=today)
    return to_meeting(meeting_id, "议程已按最新情况刷新,改过的议题没有变动。")


@router.post("/meetings/{meeting_id}/lines")
def add_line(
    meeting_id: str,
    session: Transaction,
    actor: Who,
    title: Text = "",
    text: Text = "",
    department: Text = "",
) -> Response:
    commands.add_line(session, meeting_id, title, text, actor=actor, department=department or None)
    return to_meeting(meeting_id, "议题已增加。")


@router.post("/lines/{line_id}/edit")
def edit_line(
    line_id: str, session: Transaction, actor: Who, title: Text = "", text: Text = ""
) -> Response:
    line = commands.edit_line(session, line_id, actor=actor, title=title, text=text)
    return to_meeting(line.meeting, "议题已修改。")


@router.post("/lines/{line_id}/move")
def move_line(
    line_id: str, session: Transaction, actor: Who, position: Annotated[int, Form()]
) -> Response:
    return to_meeting(
        commands.move_line(session, line_id, position, actor=actor).meeting, "顺序已调整。"
    )


@router.post("/lines/{line_id}/remove")
def remove_line(line_id: str, session: Transaction, actor: Who, reason: Text = "") -> Response:
    return to_meeting(
        commands.remove_line(session, line_id, reason, actor=actor).meeting, "议题已移出。"
    )


@router.post("/lines/{line_id}/restore")
def restore_line(line_id: str, session: Transaction, actor: Who) -> Response:
    return to_meeting(commands.restore_line(session, line_id, actor=actor).meeting, "议题已恢复。")


@router.post("/meetings/{meeting_id}/notice")
def notice_meeting(meeting_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    told = commands.notice_meeting(session, meeting_id, actor=actor, on=today)
    return to_meeting(meeting_id, f"会议通知已发给{len(told)}个部门。")
