"""Whose month somebody sees: the county's people all, a division what lies in it, everybody else his
own; the office's own dates stand open to the county alone.
"""

from kit.policy import Action, Policy, allow, alone, anywhere, at, having, within
from schemas.codes import Role
from services.county.reporters.models import ReporterKind

OFFICE = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
DIVISION = (
    *(Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY),
    *(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD),
)
# A group's code is its leader's whole place: village and group in one column.
own_group = at("code", whole=True)

policy = Policy(
    month=Action(
        "查看上报情况",
        allow(*OFFICE, Role.LEADING_GROUP, to=anywhere),
        allow(*DIVISION, to=within("code")),
        allow(Role.GROUP_LEADER, to=having(kind=ReporterKind.GROUP) & own_group),
        allow(Role.UNIT_CLERK, Role.UNIT_HEAD, to=having(kind=ReporterKind.UNIT) & at("code")),
        allow(Role.SUPERVISOR, to=having(kind=ReporterKind.TEAM) & at("code")),
    ),
    # Why somebody reported nil or signed although others were silent: it may name people.
    reporter_reason=Action(
        "查看说明的原因",
        allow(*OFFICE, to=anywhere),
        allow(*DIVISION, to=within("code")),
        allow(Role.UNIT_CLERK, Role.UNIT_HEAD, to=having(kind=ReporterKind.UNIT) & at("code")),
    ),
    own_dates=Action("办理县级牵头部门的事", allow(Role.COUNTY_CLERK, to=anywhere)),
    exempt_team=Action(
        "登记免报",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=alone("no reporter is its own; the reason stands in the month's table"),
    ),
)
