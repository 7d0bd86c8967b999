"""Who sees a unit's month, sends its list and signs it. Whoever sends never dates the receipt: that
is the county's, who received the paper (G-10). What a unit without a successor left, the county's
leader signs (F-15).
"""

from sqlalchemy import Select, select
from sqlmodel import col

from kit.policy import Action, Policy, allow, anywhere, apart, at, did_in
from schemas.codes import Role
from services.unit.lists.models import UnitList
from services.unit.months.models import UnitMonth
from services.unit.roles import COUNTY, UNIT, left_by


def _sent(month: UnitMonth) -> Select:
    """Whoever sent what waits for the signature."""
    return select(col(UnitList.submitted_account)).where(
        col(UnitList.unit) == month.unit,
        col(UnitList.month) == month.month,
        col(UnitList.signed_on).is_(None),
    )


SEE = Action(
    "查看单位的情况",
    allow(*COUNTY, to=anywhere),
    allow(*UNIT, to=at("code")),
    otherwise="只能查看本单位的情况。",
)
policy = Policy(
    unit=SEE,
    roster=SEE,
    roster_file=SEE,
    submit_list=Action(
        "报送单位名单",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.UNIT_CLERK, to=at("unit")),
        otherwise="只能报送本单位的名单。",
    ),
    date_receipt=Action("补录收到日期", allow(Role.COUNTY_CLERK, to=anywhere)),
    sign_list=Action(
        "签发单位名单",
        allow(Role.UNIT_HEAD, to=at("unit")),
        allow(Role.COUNTY_LEADER, to=left_by("unit")),
        apart=apart(did_in("报送了这份名单", _sent)),
    ),
)
