"""Notices of joint meetings to come."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from services.dispatch.meetings.models import MeetingNotice
from services.dispatch.meetings.policy import policy


def on_an_agenda(session: Session, on: date) -> dict[str, date]:
    """Order → the day of the meeting to come of whose agenda a department was told."""
    coming = select(MeetingNotice).where(MeetingNotice.on >= on)
    notices = session.exec(coming.order_by(col(MeetingNotice.on).desc())).all()
    return {order: notice.on for notice in notices for order in notice.orders}


def meeting_notices(session: Session, actor: Actor, on: date) -> Sequence[MeetingNotice]:
    statement = select(MeetingNotice).where(
        policy.visible(actor, "meeting_notices", MeetingNotice), MeetingNotice.on >= on
    )
    return session.exec(statement.order_by(col(MeetingNotice.on))).all()
