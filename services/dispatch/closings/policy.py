"""The county's office says that a department ends."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

OFFICE = (Role.COUNTY_CLERK,)

policy = Policy(
    closings=Action("查看撤并", allow(*OFFICE, to=anywhere)),
    close_department=Action("登记行业部门撤并", allow(*OFFICE, to=anywhere)),
    reroute_order=Action("改派撤并部门的交办单", allow(Role.COUNTY_CLERK, to=anywhere)),
    reopen_department=Action("恢复撤并的行业部门", allow(*OFFICE, to=anywhere)),
)
