"""Who hands the ledger over, and who looks at how both sides count."""

from kit.policy import Action, Policy, allow, alone, anywhere
from schemas.codes import Role

OFFICE = allow(Role.COUNTY_CLERK, to=anywhere)

policy = Policy(
    handover=Action("查看台账移交", allow(Role.COUNTY_CLERK, Role.COUNTY_LEADER, to=anywhere)),
    hand_over_ledger=Action("移交台账", OFFICE),
    take_back_ledger=Action("撤回台账移交", OFFICE),
    confirm_ledger=Action(
        "确认台账移交",
        OFFICE,
        apart=alone("both sides count the same or it is refused; it judges nobody's work"),
    ),
)
