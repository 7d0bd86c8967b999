"""Who sees which households must be visited, and tags one: the village's row decides."""

from kit.policy import Action, Policy, allow, within
from schemas.codes import Role
from services.village.places import COUNTY, TOWNSHIP

policy = Policy(
    key_groups=Action(
        "查看重点人群",
        allow(
            Role.VILLAGE_CLERK,
            Role.VILLAGE_SECRETARY,
            Role.VILLAGE_WORK_TEAM,
            Role.TOWNSHIP_VILLAGE_LIAISON,
            *TOWNSHIP,
            *COUNTY,
            to=within("village"),
        ),
        sensitive=True,
    ),
    tag_household=Action(
        "标注重点人群",
        allow(Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK, to=within("village")),
        otherwise="重点人群由村、乡镇标注。",
    ),
)
