"""Who opens a month, sees how far the units are, and exempts."""

from kit.policy import Action, Policy, allow, alone, anywhere, at
from schemas.codes import Role
from services.unit.roles import COUNTY, EVERYBODY, OFFICE, UNIT, nothing

policy = Policy(
    open_month=Action("开始一个月的填报", allow(*OFFICE, to=anywhere)),
    month_status=Action(
        "查看各单位报送情况",
        allow(*COUNTY, to=anywhere),
        allow(*UNIT, to=at("unit")),
        allow(*EVERYBODY, to=nothing),
    ),
    month_file=Action("下载各单位汇总表", allow(*COUNTY, to=anywhere)),
    exempt=Action(
        "免除填报或走访任务",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=alone("no reporter is its own; the reason stands in the month's table"),
    ),
)
