"""Who sees a meeting and its lines: the office all, a department what it was told of."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from kit.actor import Actor
from kit.policy import Action, Policy, allow, anywhere, at, is_his, listed, through
from schemas.codes import Role
from services.county.cases.policy import OFFICE
from services.county.meetings.models import Decision, Meeting, MeetingState
from services.county.meetings.views import DecisionBrief, LineBrief, MeetingBrief

DEPARTMENT = (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
WHOLE = (*OFFICE, Role.LEADING_GROUP)
THE_OFFICES = "联席会议由牵头部门办理；部门在收到会议通知后可以看到自己的议题。"
CONCERNED = at("department") | listed("co_departments")


def _decided_there(actor: Actor, meeting: Any) -> ColumnElement[bool]:
    """The signed minutes give the actor's department something to carry out."""
    decided = select(Decision).where(
        col(Decision.meeting) == meeting.id, is_his(Decision.department, actor)
    )
    return decided.exists() & (meeting.state == MeetingState.ISSUED)


def _decided_about(actor: Actor, line: Any) -> ColumnElement[bool]:
    decided = select(Decision).join(Meeting, col(Meeting.id) == Decision.meeting)
    return decided.where(
        col(Decision.line) == line.id,
        is_his(Decision.department, actor),
        col(Meeting.state) == MeetingState.ISSUED,
    ).exists()


def _seen() -> tuple[Any, ...]:
    """The meeting itself; a department not how all the others stand."""
    return (
        allow(*WHOLE, to=anywhere),
        allow(
            *DEPARTMENT,
            to=listed("told") | through(_decided_there, "已签发纪要给本{place}任务的"),
            fields=MeetingBrief.model_fields,
        ),
    )


policy = Policy(
    meetings=Action("查看联席会议", *_seen()),
    meeting=Action("查看联席会议", *_seen(), otherwise=THE_OFFICES),
    agenda_item=Action(
        "查看议题",
        allow(*WHOLE, to=anywhere),
        allow(
            *DEPARTMENT,
            to=CONCERNED | through(_decided_about, "已签发纪要给本{place}任务的"),
            fields=LineBrief.model_fields,
        ),
    ),
    every_line=Action("查看全部议题和到会情况", allow(*WHOLE, to=anywhere)),
    decision=Action(
        "查看会议决定",
        allow(*WHOLE, to=anywhere),
        allow(*DEPARTMENT, to=at("department"), fields=DecisionBrief.model_fields),
    ),
    explain_item=Action(
        "说明这条议题", allow(*OFFICE, to=anywhere), allow(*DEPARTMENT, to=CONCERNED)
    ),
    # Agenda, minutes and annex are the office's; a department has its own notice.
    letter=Action(
        "下载会议文书",
        allow(*WHOLE, to=anywhere),
        allow(*DEPARTMENT, to=listed("told")),
        otherwise="会议文书由牵头部门办理；部门可以下载自己的会议通知。",
    ),
    every_letter=Action("下载会议议程、纪要和户名单", allow(*WHOLE, to=anywhere)),
)
