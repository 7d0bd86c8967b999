"""Who sees where the two registers differ: the county, whose clerk brings the export."""

from kit.policy import Action, Policy, allow, anywhere
from services.casework.roles import COUNTY

policy = Policy(
    national_differences=Action("查看与全国系统不一致的监测对象", allow(*COUNTY, to=anywhere))
)
