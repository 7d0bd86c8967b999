"""Who may enter units and helpers, and say who helps whom. The rows of an assignment are helpers:
the one who takes the household, and the one who has it as it is stored (G-04).
"""

from kit.policy import Action, Policy, allow, anywhere, at
from schemas.codes import Role
from services.unit.roles import COUNTY, EVERYBODY, NAMES_UNITS, OFFICE, UNIT, nothing

policy = Policy(
    organisation=Action(
        "查看单位与帮扶责任人",
        allow(*COUNTY, Role.ADMINISTRATOR, to=anywhere),
        allow(*UNIT, to=at("code")),
        allow(*EVERYBODY, to=nothing),
    ),
    name_units=Action("登记帮扶单位", allow(*NAMES_UNITS, to=anywhere)),
    name_helpers=Action(
        "登记帮扶责任人",
        allow(*NAMES_UNITS, to=anywhere),
        allow(Role.UNIT_CLERK, to=at("unit")),
        otherwise="只能登记本单位的帮扶责任人。",
    ),
    assign_households=Action(
        "登记结对关系",
        allow(*OFFICE, to=anywhere),
        allow(Role.UNIT_CLERK, to=at("unit")),
        otherwise="只能登记本单位的结对关系；由别的单位结对的户，请县级调整。",
    ),
    transfer_helper=Action(
        "移交结对户",
        allow(*OFFICE, to=anywhere),
        allow(Role.UNIT_CLERK, to=at("unit")),
        otherwise="只能在本单位的帮扶责任人之间移交；跨单位的，请县级办理。",
    ),
)
