"""Whose sessions somebody ends: his own, and those of people whose accounts he keeps."""

from kit.policy import Action, Policy, allow, own
from services.access.accounts.policy import WHOLE
from services.access.roles import EVERYBODY

_ENDS = Action(
    "退出别人的登录",
    *(allow(role, to=whole) for role, whole in WHOLE.items()),
    otherwise="这个人不全归您管，请上一级办理。",
)
policy = Policy(
    my_sign_ins=Action("查看自己的登录", allow(*EVERYBODY, to=own("account"))),
    end_mine=Action(
        "退出自己的登录",
        allow(*EVERYBODY, to=own("account")),
        otherwise="这不是您的登录，不能退出。",
    ),
    end_session=_ENDS,
    shut_out=_ENDS,
)
