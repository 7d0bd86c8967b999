"""The joint meeting (J-02, D12): agenda, notice, attendance, decisions, minutes."""

from services.county.commands.meeting.agenda import (
    add_line,
    draft_agenda,
    edit_line,
    explain_item,
    move_line,
    notice_meeting,
    notice_month,
    open_meeting,
    plan_meeting,
    remove_line,
    restore_line,
)
from services.county.commands.meeting.minutes import (
    Attendee,
    Resolution,
    issue_minutes,
    minute_item,
    note_rest,
    record_attendance,
    report_decision,
)

__all__ = [
    "Attendee",
    "Resolution",
    "add_line",
    "draft_agenda",
    "edit_line",
    "explain_item",
    "issue_minutes",
    "minute_item",
    "move_line",
    "note_rest",
    "notice_meeting",
    "notice_month",
    "open_meeting",
    "plan_meeting",
    "record_attendance",
    "remove_line",
    "report_decision",
    "restore_line",
]
