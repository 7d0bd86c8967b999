"""What can be asked. Nothing here changes or locks anything."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from services.dispatch.meetings.models import MeetingNotice


def meeting_notices(session: Session, department: str, on: date) -> Sequence[MeetingNotice]:
    found = select(MeetingNotice).where(
        MeetingNotice.department == department, MeetingNotice.on >= on
    )
    return session.exec(found.order_by(col(MeetingNotice.on))).all()
