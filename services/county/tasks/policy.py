"""Everybody has a page of tasks and may search; the county at a glance is the office's."""

from kit.policy import Action, Policy, allow, anywhere
from rulebook.scopes import AT_WORK, KIND_OF
from schemas.codes import Role
from services.county.cases.policy import OFFICE

policy = Policy(
    desk=Action("查看要办的事", allow(*KIND_OF, to=anywhere)),
    search=Action("查找", allow(*AT_WORK, to=anywhere)),
    glance=Action("查看全县情况", allow(*OFFICE, Role.LEADING_GROUP, to=anywhere)),
)
