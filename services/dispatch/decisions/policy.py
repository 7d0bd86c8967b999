"""What the office decides of an order, and what its village says of the help. Whoever entered a
department's reply neither confirms nor closes; whoever looked for the office, decided the case or
entered a finding of it does not close (G-14). Where the office has nobody else, its leader closes.
"""

from kit.policy import Action, Policy, allow, alone, anywhere, apart, at, whom
from schemas.codes import Role
from services.dispatch.orders.policy import DECIDED, GAVE_BACK, LOOKED, REPORTED
from services.dispatch.roles import VILLAGE

_OFFICE = allow(Role.COUNTY_CLERK, to=anywhere)

policy = Policy(
    decide_return=Action("裁定退回", _OFFICE, apart=apart(GAVE_BACK)),
    confirm_help=Action(
        "核实帮扶是否落实",
        allow(*VILLAGE, to=at("village")),
        allow(
            Role.COUNTY_CLERK,
            to=anywhere,
            on_behalf=whom("村里来电话的人", Role.VILLAGE_CLERK, "village"),
        ),
        apart=apart(REPORTED),
    ),
    confirm_by_office=Action("牵头部门核实", _OFFICE, apart=apart(REPORTED)),
    close_order=Action(
        "办结",
        _OFFICE,
        allow(Role.COUNTY_LEADER, to=anywhere),
        apart=apart(DECIDED, REPORTED, LOOKED),
    ),
    reopen_order=Action("重新办理", _OFFICE, apart=alone("asks for more work, approves nothing")),
    move_solve_due=Action("调整解决时限", _OFFICE, apart=alone("the first day stays on record")),
)
