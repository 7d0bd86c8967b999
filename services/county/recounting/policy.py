"""The office moves due days with the calendar."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

_OFFICE = allow(Role.COUNTY_CLERK, to=anywhere)

policy = Policy(
    recounting=Action("查看按日历要调整的时限", _OFFICE),
    recount_dues=Action("按公布的日历调整时限", _OFFICE),
)
