"""The county's office says that a team ends."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

policy = Policy(
    closings=Action("查看撤并", allow(Role.COUNTY_CLERK, to=anywhere)),
    close_team=Action("登记督导组撤并", allow(Role.COUNTY_CLERK, to=anywhere)),
    reopen_team=Action("恢复撤并的督导组", allow(Role.COUNTY_CLERK, to=anywhere)),
)
