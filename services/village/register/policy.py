"""Who keeps the register and looks into it: the household's stored row decides, not the one sent."""

from kit.policy import Action, Policy, allow, at, within
from schemas.codes import Role
from services.village.places import COUNTY, FINDERS, READERS, RECEIVERS, TOWNSHIP, WATCHERS, readers

ORGANISERS = (Role.COUNTY_CLERK, Role.TOWNSHIP_CLERK)
VILLAGE = (Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY)
NAMES_PLACES = (*ORGANISERS, Role.ADMINISTRATOR)  # his accounts act there

policy = Policy(
    name_divisions=Action("登记区划", allow(*NAMES_PLACES, to=within("code"))),
    name_groups=Action("登记村民小组", allow(*NAMES_PLACES, to=within("code"))),
    register_households=Action("登记农户", allow(*ORGANISERS, to=within("village"))),
    household=Action("查看农户登记册", *readers(), sensitive=True),
    # Income is for who verifies and decides; the village sees how its people live (D2, D3).
    household_details=Action(
        "查看家庭情况",
        allow(*TOWNSHIP, *COUNTY, to=within("village")),
        allow(*VILLAGE, to=within("village"), fields=("persons", "living")),
        sensitive=True,
    ),
    # Who calls people of his own all the time; everybody else says what for.
    telephone=Action(
        "查看联系电话",
        allow(Role.GROUP_LEADER, Role.GRID_WORKER, to=at("village", "group")),
        allow(Role.VILLAGE_CLERK, *FINDERS, to=within("village")),
        sensitive=True,
    ),
    unmask_household=Action(
        "写明用途，查看完整的身份证号码和电话",
        allow(*READERS, *WATCHERS, to=within("village")),
        sensitive=True,
    ),
    register_tasks=Action("查看不在册农户核对", allow(*READERS, to=within("village"))),
    resolve_register_task=Action("核对不在册农户", allow(*RECEIVERS, to=within("village"))),
)
