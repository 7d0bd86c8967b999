"""Who names the department of an order: the office by its mandate, or the leading group itself (F-14)."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

policy = Policy(
    route_order=Action("交办", allow(Role.COUNTY_CLERK, Role.LEADING_GROUP, to=anywhere))
)
