"""Who says that a division or one of its groups ends: never about himself. The row is the division,
of a group its village.
"""

from kit.policy import Action, Policy, allow, below, within
from schemas.codes import Role

END = (allow(Role.COUNTY_CLERK, to=within("code")), allow(Role.TOWNSHIP_CLERK, to=below("code")))

policy = Policy(
    closings=Action("查看撤并", allow(Role.COUNTY_CLERK, Role.TOWNSHIP_CLERK, to=within("code"))),
    close_place=Action("登记撤并", *END, otherwise="只能登记本乡镇的村和组；其他的，请县级办理。"),
    reopen_place=Action("恢复撤并的村组", *END),
)
