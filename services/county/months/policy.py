"""Who opens a month; otherwise it opens by itself."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

policy = Policy(open_month=Action("开始一个月", allow(Role.COUNTY_CLERK, to=anywhere)))
