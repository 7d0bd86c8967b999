"""Items of the coming meeting that a department was told of and has not explained."""

from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.rows import named
from kit.policy import is_his
from kit.tasks import Task
from schemas.codes import Role
from services.county.meetings.models import AgendaItem, Meeting, MeetingState


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """The department's clerk prepares them; with the meeting they are spoken of, and over."""
    if actor.role is not Role.DEPARTMENT_CLERK:
        return []
    statement = (
        select(AgendaItem, Meeting)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting)
        .where(
            is_his(AgendaItem.department, actor),
            col(AgendaItem.noticed_on).is_not(None),
            col(AgendaItem.explanation).is_(None),
            col(AgendaItem.removed_reason).is_(None),
            Meeting.state == MeetingState.NOTICED,
        )
    )
    return [
        Task(
            f"准备联席会议议题：{item.title}",
            f"/county/meetings/{meeting.id}#line-{item.id}",
            meeting.on,
            kind="explain",
            objects=(str(named(item)),),
        )
        for item, meeting in session.exec(statement.order_by(col(AgendaItem.position)))
    ]
