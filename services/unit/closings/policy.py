"""The county's office says that a unit ends."""

from kit.policy import Action, Policy, allow, anywhere
from services.unit.roles import OFFICE

policy = Policy(
    closings=Action("查看撤并", allow(*OFFICE, to=anywhere)),
    close_unit=Action("登记帮扶单位撤并", allow(*OFFICE, to=anywhere)),
    reopen_unit=Action("恢复撤并的帮扶单位", allow(*OFFICE, to=anywhere)),
)
