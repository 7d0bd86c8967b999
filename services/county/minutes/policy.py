"""The office minutes, the leader signs; a department says how its policy was mended (D-12)."""

from sqlalchemy import Select, select
from sqlmodel import col

from kit.policy import Action, Policy, allow, alone, anywhere, apart, at, did_in
from schemas.codes import Role
from services.county.cases.policy import OFFICE
from services.county.meetings.models import Decision, DecisionKind, Meeting
from services.county.meetings.policy import DEPARTMENT


def _minuted(meeting: Meeting) -> Select:
    """Whoever wrote down what was decided; a line that is only noted decides nothing."""
    return select(col(Decision.minuted_account)).where(
        col(Decision.meeting) == meeting.id, col(Decision.kind) != DecisionKind.NOTED
    )


_OFFICE = allow(*OFFICE, to=anywhere)

policy = Policy(
    record_attendance=Action("登记到会情况", _OFFICE),
    minute_item=Action(
        "记录会议决定", _OFFICE, apart=alone("writes down; the leader who did not write signs")
    ),
    note_rest=Action(
        "记录会议决定", _OFFICE, apart=alone("writes down; the leader who did not write signs")
    ),
    issue_minutes=Action(
        "签发会议纪要",
        allow(Role.COUNTY_LEADER, to=anywhere),
        apart=apart(did_in("记录过会议决定", _minuted)),
    ),
    report_decision=Action("报告落实情况", _OFFICE, allow(*DEPARTMENT, to=at("department"))),
)
