"""Whose sessions somebody ends: his own, and those of people whose accounts he keeps."""

from kit.policy import Action, Policy, allow, own
from services.access.roles import EVERYBODY

policy = Policy(
    my_sign_ins=Action("查看自己的登录", allow(*EVERYBODY, to=own("account"))),
    end_mine=Action(
        "退出自己的登录",
        allow(*EVERYBODY, to=own("account")),
        otherwise="这不是您的登录，不能退出。",
    ),
    choose_post=Action("选择岗位", allow(*EVERYBODY, to=own("account"))),
)
