"""What the office decides of an order, and what its village says of the help."""

from kit.policy import Action, Policy, allow, anywhere, at
from schemas.codes import Role
from services.dispatch.roles import VILLAGE


def _by_office(label: str) -> Action:
    return Action(label, allow(Role.COUNTY_CLERK, to=anywhere))


policy = Policy(
    decide_return=_by_office("裁定退回"),
    confirm_help=Action(
        "核实帮扶是否落实",
        allow(*VILLAGE, to=at("village")),
        allow(Role.COUNTY_CLERK, to=anywhere, on_behalf="村里来电话的人"),
    ),
    confirm_by_office=_by_office("牵头部门核实"),
    close_order=_by_office("办结"),
    reopen_order=_by_office("重新办理"),
    move_solve_due=_by_office("调整解决时限"),
)
