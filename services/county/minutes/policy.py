"""The office minutes, the leader signs; a department says how its policy was mended (D-12)."""

from kit.policy import Action, Policy, allow, anywhere, at
from schemas.codes import Role
from services.county.cases.policy import OFFICE
from services.county.meetings.policy import DEPARTMENT

_OFFICE = allow(*OFFICE, to=anywhere)

policy = Policy(
    record_attendance=Action("登记到会情况", _OFFICE),
    minute_item=Action("记录会议决定", _OFFICE),
    note_rest=Action("记录会议决定", _OFFICE),
    issue_minutes=Action("签发会议纪要", allow(Role.COUNTY_LEADER, to=anywhere)),
    report_decision=Action("报告落实情况", _OFFICE, allow(*DEPARTMENT, to=at("department"))),
)
