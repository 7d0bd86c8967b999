"""What agenda and minutes share: when they may change, and what may not stand in them."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Refused
from services.county.cases.rules import names_somebody
from services.county.commands import locked as stored
from services.county.commands import said
from services.county.directory.queries import departments
from services.county.meetings import queries
from services.county.meetings.models import AgendaItem, Meeting, MeetingState
from services.county.meetings.policy import policy
from services.county.register.models import Household


def names_nobody(session: Session, household_id: str | None, *texts: str | None) -> None:
    """Agenda and decisions go to departments in clear: by number and village, names only in the
    annex (D12).
    """
    household = session.get(Household, household_id) if household_id else None
    people = (
        [household.head_name, *(member["name"] for member in household.members)]
        if household
        else []
    )
    if any(names_somebody(text, people) for text in texts if text):
        raise Refused(
            "议题和决定里不要写户主、家庭成员姓名或号码，请写线索、交办单编号；姓名只在会后收回的名单里。"
        )


def known_department(session: Session, code: str | None) -> None:
    if code and code not in departments(session):
        raise Refused(f"没有“{code}”这个部门，请从部门表中选择。")


def locked(session: Session, meeting_id: str) -> Meeting:
    """The meeting, to be changed; `NotFound` when there is none."""
    return stored(session, Meeting, meeting_id, queries.NO_MEETING)


def before_meeting(session: Session, meeting_id: str) -> Meeting:
    meeting = locked(session, meeting_id)
    if meeting.state in (MeetingState.HELD, MeetingState.ISSUED):
        raise Conflict("会议已经召开，议程不能再刷新或通知。")
    return meeting


def before_minutes(session: Session, meeting_id: str) -> Meeting:
    meeting = locked(session, meeting_id)
    if meeting.state == MeetingState.ISSUED:
        raise Conflict("会议纪要已经签发，不能再改。")
    return meeting


def touch(session: Session, meeting: Meeting) -> Meeting:
    meeting.version += 1
    session.add(meeting)
    session.flush()
    return meeting


SYSTEM_NAME = "系统"


def end_of_agenda(lines: Sequence[AgendaItem]) -> int:
    return max((line.position for line in lines), default=0) + 1


def explain_item(
    session: Session, line_id: str, text: str, *, actor: Actor, on: date
) -> AgendaItem:
    """A department's written explanation, or the office enters what came on paper."""
    line = queries.line(session, line_id)
    policy.require(actor, "explain_item", line)
    meeting = before_minutes(session, line.meeting)
    text = said(text, "请填写说明。")
    if line.co_departments and line.explained_by not in (None, actor.label):
        text = f"{line.explanation}\n{actor.label}：{text}"  # another department's stands
    line.explanation = text
    line.explained_on, line.explained_by = on, actor.label
    touch(session, meeting)
    return line
