"""Who opens a month, sees who has reported, and exempts a reporter: never himself."""

from kit.policy import Action, Policy, allow, anywhere, below, within
from schemas.codes import Role
from services.village.places import TOWNSHIP, readers

policy = Policy(
    open_month=Action("开始一个月的填报", allow(Role.COUNTY_CLERK, to=anywhere)),
    month_status=Action("查看报送情况", *readers("division")),
    call_reporters=Action(
        "催报",
        allow(
            *(*TOWNSHIP, Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY, Role.COUNTY_CLERK),
            to=within("division"),
        ),
    ),
    exempt_reporter=Action(
        "免报",
        allow(Role.COUNTY_CLERK, to=within("division")),
        allow(Role.TOWNSHIP_CLERK, to=below("division")),
    ),
)
