"""Who hands out cards: whoever keeps all posts of the person, and for a post of two people two of them."""

from kit.policy import Action, Policy, allow
from schemas.codes import Role
from services.access.accounts.policy import HAS_SIGNING, WHOLE
from services.access.roles import KEEPS

_OTHERWISE = "这个人不全归您管（或者就是您自己），请上一级发卡。"
# Cards of one hand: none is the administrator's.
_ALONE = tuple(
    allow(role, to=whole) for role, whole in WHOLE.items() if role is not Role.ADMINISTRATOR
)
_CONFIRMS = Action(
    "确认登录卡",
    *(allow(role, to=whole) for role, whole in WHOLE.items()),
    allow(Role.COUNTY_LEADER, to=HAS_SIGNING),
    otherwise=_OTHERWISE,
)
policy = Policy(
    hand_out_card=Action(
        "发登录卡", *(allow(role, to=whole) for role, whole in WHOLE.items()), otherwise=_OTHERWISE
    ),
    confirm_card=_CONFIRMS,
    confirm_cards=_CONFIRMS,
    withdraw_card=Action(
        "作废登录卡",
        *(allow(role, to=whole) for role, whole in WHOLE.items()),
        otherwise=_OTHERWISE,
    ),
    card_sheet=Action("成批发登录卡", *_ALONE, sensitive=True),
    hand_out_cards=Action("成批发登录卡", *_ALONE),
)
GIVERS = tuple(KEEPS)
