"""Who says who came and who left: whoever keeps the register; a village sees it."""

from kit.policy import Action, Policy, allow, within
from services.village.places import COUNTY, TOWNSHIP
from services.village.register.policy import ORGANISERS, VILLAGE

policy = Policy(
    household_changes=Action(
        "查看家庭成员变动",
        allow(*COUNTY, *TOWNSHIP, *VILLAGE, to=within("village")),
        sensitive=True,
    ),
    record_change=Action("登记家庭成员变动", allow(*ORGANISERS, to=within("village"))),
)
