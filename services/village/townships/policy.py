"""A township's head signs for all its villages; nobody signs for another."""

from sqlalchemy import Select, select
from sqlmodel import col

from kit.policy import Action, Policy, allow, apart, at, did_in, within
from schemas.codes import Role
from services.village.lists.models import VillageList
from services.village.places import COUNTY, TOWNSHIP
from services.village.register.models import Division


def _sent(township: Division) -> Select:
    """Whoever sent a list that waits for the signature."""
    return select(col(VillageList.by_account)).where(
        col(VillageList.township) == township.code, col(VillageList.signature).is_(None)
    )


# Of a township (`Division`).
policy = Policy(
    township_month=Action("查看乡镇汇总", allow(*TOWNSHIP, *COUNTY, to=within("code"))),
    sign_township=Action(
        "签发乡镇汇总名单",
        allow(Role.TOWNSHIP_HEAD, to=at("code")),
        apart=apart(did_in("报送过待签发的村级名单", _sent)),
    ),
)
