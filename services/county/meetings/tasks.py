"""The coming meeting at whoever was told of it, and the items that it has not explained."""

from datetime import date

from sqlmodel import Session, col, select

from kit import directory
from kit.actor import Actor
from kit.database.rows import named
from kit.dates import show_month
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role
from services.county.meetings.models import AgendaItem, Meeting, MeetingState
from services.county.meetings.policy import policy


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """The department's clerk prepares them, or the county's where the department has ended and joined
    none; with the meeting they are spoken of, and over.
    """
    match actor.role:
        case Role.DEPARTMENT_CLERK:
            return [*_to_attend(session, actor, on), *_to_prepare(session, actor)]
        case Role.COUNTY_CLERK:
            return _to_prepare(session, actor)
    return []


def _to_attend(session: Session, actor: Actor, on: date) -> list[Task]:
    """All departments attend, with items or without (J-02, F-52). It informs until the meeting's day:
    no open row stands behind it.
    """
    statement = select(Meeting).where(
        policy.visible(actor, "meetings", Meeting),
        Meeting.state == MeetingState.NOTICED,
        Meeting.on >= on,
    )
    return [
        Task(
            f"参加{show_month(meeting.month)}联席会议",
            f"/county/meetings/{meeting.id}",
            meeting.on,
            meeting.place,
            kind="attend",
        )
        for meeting in session.exec(statement.order_by(col(Meeting.on)))
    ]


def _to_prepare(session: Session, actor: Actor) -> list[Task]:
    answered = directory.answers_for(session, actor, DirectoryKind.DEPARTMENT)
    statement = (
        select(AgendaItem, Meeting)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting)
        .where(
            col(AgendaItem.department).in_(answered),
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
