"""Who reports for a group: its leader, or the village or office he phoned. What came on paper is
dated by whoever received it.
"""

from sqlalchemy import Select

from kit.policy import Action, Allowance, Policy, allow, apart, at, below, did_in, own, whom, within
from schemas.codes import Role
from services.village.months.policy import reported_himself
from services.village.places import CLERKS, RECEIVERS, finders
from services.village.register.models import VillageGroup

OFFICES = (Role.VILLAGE_CLERK, *RECEIVERS)
# Of a group (`VillageGroup`): for its leader a clerk enters in the leader's name.
OF_GROUP: tuple[Allowance, ...] = (
    allow(Role.GROUP_LEADER, to=at("village", "code")),
    allow(
        *OFFICES,
        to=within("village"),
        on_behalf=whom("村民小组长", Role.GROUP_LEADER, "village", "code"),
    ),
)


def _reported(group: VillageGroup) -> Select:
    return reported_himself(group.place)


# Of a finding: whoever wrote it (`queries.why_fixed`), in his own place.
WRITERS: tuple[Allowance, ...] = (
    allow(Role.GROUP_LEADER, to=at("village", "group")),
    *CLERKS,
    *finders(own("by_account")),
)

policy = Policy(
    report_group=Action("报送小组摸排情况", *OF_GROUP),
    withdraw_group_report=Action("收回小组摸排情况", *OF_GROUP),
    date_group_report=Action(
        "补录收到日期",
        allow(*OFFICES, to=below("village", "code")),
        apart=apart(did_in("自己报过这个组", _reported), by_mandate=False),
    ),
    mend_finding=Action("改写摸排情况", *WRITERS),
    withdraw_finding=Action("收回一户的摸排情况", *WRITERS),
    report_urgent=Action(
        "上报紧急情况", allow(Role.GROUP_LEADER, to=at("village", "group")), *CLERKS, *finders()
    ),
)
