"""Who sends a village's list. Its own clerk may not date its receipt: whoever received it may."""

from sqlalchemy import Select

from kit.policy import Action, Policy, allow, apart, below, did_in, within
from schemas.codes import Role
from services.village.months.policy import reported_himself
from services.village.places import CLERKS, READERS, RECEIVERS, WATCHERS, Place


def _reported(place: Place) -> Select:
    return reported_himself(place.village)


policy = Policy(
    village_month=Action("查看村级名单", allow(*READERS, *WATCHERS, to=within("village"))),
    # The paper that goes up has them; who only looks at it does not need them.
    list_numbers=Action(
        "查看名单上的身份证号码和电话",
        allow(Role.VILLAGE_CLERK, *RECEIVERS, to=within("village")),
        sensitive=True,
    ),
    submit_list=Action("上报村级名单", *CLERKS),
    take_list=Action("导入村级摸排上报表", *CLERKS),
    date_list=Action(
        "补录收到日期",
        allow(*RECEIVERS, to=below("village")),
        apart=apart(did_in("自己报过这个村", _reported), by_mandate=False),
    ),
)
