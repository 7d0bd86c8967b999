"""Who sees what waits for the county's decision, and hands it out before."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

policy = Policy(
    held_needs=Action(
        "查看待审定的需求", allow(Role.COUNTY_CLERK, Role.LEADING_GROUP, to=anywhere)
    ),
    issue_held=Action("提前交办", allow(Role.COUNTY_CLERK, Role.LEADING_GROUP, to=anywhere)),
)
