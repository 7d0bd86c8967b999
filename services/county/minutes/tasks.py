"""Minutes that wait for their lines or for the signature, and what a meeting demanded of a department's
own policy (F-09).
"""

from datetime import date

from sqlmodel import Session, col, or_, select

from kit import directory
from kit.actor import Actor
from kit.database.rows import named
from kit.dates import show_month
from kit.tasks import Task
from schemas.codes import DirectoryKind, Role
from services.county.meetings.models import (
    AgendaItem,
    Decision,
    DecisionKind,
    Meeting,
    MeetingState,
)


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    return [
        *(_to_minute(session) if actor.role is Role.COUNTY_CLERK else []),
        *(_to_sign(session) if actor.role is Role.COUNTY_LEADER else []),
        *_to_carry_out(session, actor),
    ]


def _to_minute(session: Session) -> list[Task]:
    """A meeting was held, and of some lines nobody has written what it decided."""
    return [
        Task(
            f"记录{show_month(meeting.month)}联席会议决定",
            f"/county/meetings/{meeting.id}",
            note=f"还有{lines}条",
            kind="minute",
            objects=(str(named(meeting)),),
        )
        for meeting, lines in _held(session)
        if lines
    ]


def _to_sign(session: Session) -> list[Task]:
    """Every line is decided: the minutes bind when the leader has signed them."""
    return [
        Task(
            f"签发{show_month(meeting.month)}联席会议纪要",
            f"/county/meetings/{meeting.id}",
            note="签发以后会议决定才生效",
            kind="sign",
            objects=(str(named(meeting)),),
        )
        for meeting, lines in _held(session)
        if not lines
    ]


def _held(session: Session) -> list[tuple[Meeting, int]]:
    """Meetings whose minutes are not signed, each with the number of its undecided lines."""
    meetings = select(Meeting).where(Meeting.state == MeetingState.HELD)
    undecided = (
        select(AgendaItem.meeting)
        .where(
            col(AgendaItem.removed_reason).is_(None),
            ~select(Decision.id).where(Decision.line == AgendaItem.id).exists(),
        )
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting)
        .where(Meeting.state == MeetingState.HELD)
    )
    lines = list(session.exec(undecided))
    rows = session.exec(meetings.order_by(col(Meeting.month)))
    return [(meeting, lines.count(meeting.id)) for meeting in rows]


def _to_carry_out(session: Session, actor: Actor) -> list[Task]:
    """A policy to be mended (D-12) is reported done by its department, or by whoever answers for
    one that ended; the office's where the minutes name none. What was decided about orders is
    carried out there.
    """
    if actor.role not in (Role.DEPARTMENT_CLERK, Role.COUNTY_CLERK):
        return []
    department = col(Decision.department)
    answered = department.in_(directory.answers_for(session, actor, DirectoryKind.DEPARTMENT))
    of_nobody = department.is_(None) & (actor.role is Role.COUNTY_CLERK)
    statement = (
        select(Decision, Meeting)
        .join(Meeting, col(Meeting.id) == Decision.meeting)
        .where(
            Meeting.state == MeetingState.ISSUED,
            Decision.kind == DecisionKind.POLICY,
            col(Decision.done_on).is_(None),
            or_(answered, of_nobody),
        )
    )
    return [
        Task(
            f"报告会议决定的落实情况：{decision.text}",
            f"/county/meetings/{meeting.id}",
            decision.due,
            kind="carry_out",
            objects=(str(named(decision)),),
        )
        for decision, meeting in session.exec(statement.order_by(col(Decision.id)))
    ]
