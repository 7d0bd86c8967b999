"""A township's head signs for all its villages; nobody signs for another."""

from kit.policy import Action, Policy, allow, at, within
from schemas.codes import Role
from services.village.places import COUNTY, TOWNSHIP

# Of a township (`Division`).
policy = Policy(
    township_month=Action("查看乡镇汇总", allow(*TOWNSHIP, *COUNTY, to=within("code"))),
    sign_township=Action("签发乡镇汇总名单", allow(Role.TOWNSHIP_HEAD, to=at("code"))),
)
