"""Who sees the register; its rows follow from files and decisions alone."""

from kit.policy import Action, Policy, allow, anywhere, at
from schemas.codes import Role
from services.casework.roles import COUNTY, TOWNSHIP, VILLAGE

READERS = (
    allow(*COUNTY, Role.LEADING_GROUP, to=anywhere),
    allow(*TOWNSHIP, to=at("township")),
    allow(*VILLAGE, to=at("village")),
)

policy = Policy(
    monitored=Action("查看监测对象", *READERS),
    monitored_places=Action("查看分乡镇、分村的监测台账", *READERS),
    monitored_household=Action("查看监测对象", *READERS, otherwise="这一户不在您的查看范围内。"),
)
