"""Who opens a month, sees who has reported, and exempts a reporter: never himself."""

from sqlalchemy import Select, select
from sqlmodel import col

from kit.policy import Action, Policy, allow, alone, anywhere, below, within
from schemas.codes import Role
from services.village.months.models import ReporterMonth
from services.village.places import TOWNSHIP, readers


def reported_himself(code: str) -> Select:
    """Whoever reported for this reporter (`<village>/<group>`, or a village) in its own right: he may
    receive others' papers in another post, and dates none of his own there (G-10).
    """
    return select(col(ReporterMonth.by_account)).where(
        col(ReporterMonth.code) == code, col(ReporterMonth.on_behalf_of).is_(None)
    )


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
        apart=alone("never one's own place; the reason stands beside the reporter"),
    ),
)
