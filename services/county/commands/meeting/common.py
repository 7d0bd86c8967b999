"""What agenda and minutes share: when they may change, and what may not stand in them."""

from sqlmodel import Session

from kit.errors import Conflict, Refused
from services.county.models import Household
from services.county.models.meeting import Meeting, MeetingState
from services.county.queries import meeting as queries
from services.county.queries.names import departments
from services.county.rules.cases import names_somebody


def names_nobody(session: Session, household_id: str | None, *texts: str | None) -> None:
    """Agenda and decisions go to departments in clear: by number and village, names only in the
    annex (D12).
    """
    household = session.get(Household, household_id) if household_id else None
    people = [household.head_name, *(one["name"] for one in household.members)] if household else []
    if any(names_somebody(text, people) for text in texts if text):
        raise Refused(
            "议题和决定里不要写户主、家庭成员姓名或号码,请写案件、交办单编号;姓名只在会后收回的名单里。"
        )


def known_department(session: Session, code: str | None) -> None:
    if code and code not in departments(session):
        raise Refused(f"没有“{code}”这个部门,请从部门表中选择。")


def before_meeting(session: Session, meeting_id: str) -> Meeting:
    meeting = queries.meeting(session, meeting_id, lock=True)
    if meeting.state in (MeetingState.HELD, MeetingState.ISSUED):
        raise Conflict("会议已经召开,议程不能再刷新或通知。")
    return meeting


def before_minutes(session: Session, meeting_id: str) -> Meeting:
    meeting = queries.meeting(session, meeting_id, lock=True)
    if meeting.state == MeetingState.ISSUED:
        raise Conflict("会议纪要已经签发,不能再改。")
    return meeting


def touch(session: Session, meeting: Meeting) -> Meeting:
    meeting.version += 1
    session.add(meeting)
    session.flush()
    return meeting
