"""Who names the department of an order."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

policy = Policy(route_order=Action("交办", allow(Role.COUNTY_CLERK, to=anywhere)))
