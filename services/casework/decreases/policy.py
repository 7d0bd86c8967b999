"""Who records a natural decrease: the township of its own households, and the office."""

from kit.policy import Action, Policy, allow, anywhere, at
from schemas.codes import Role
from services.casework.roles import COUNTY, OFFICE, TOWNSHIP

policy = Policy(
    record_decrease=Action(
        "登记自然减少", allow(*OFFICE, to=anywhere), allow(Role.TOWNSHIP_CLERK, to=at("township"))
    ),
    leaving=Action(
        "查看迁出待接收的农户", allow(*COUNTY, to=anywhere), allow(*TOWNSHIP, to=at("township"))
    ),
)
