"""A password is one's own affair."""

from kit.policy import Action, Policy, allow, anywhere
from services.access.roles import EVERYBODY

policy = Policy(
    my_password=Action("设置自己的密码", allow(*EVERYBODY, to=anywhere)),
    set_password=Action("设置自己的密码", allow(*EVERYBODY, to=anywhere)),
)
