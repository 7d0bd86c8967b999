"""Everybody has a page of tasks and may search; the county at a glance is the office's."""

from kit.policy import Action, Policy, allow, anywhere
from rulebook.scopes import KIND_OF
from services.county.cases.policy import OFFICE

EVERYBODY = tuple(KIND_OF)

policy = Policy(
    desk=Action("查看要办的事", allow(*EVERYBODY, to=anywhere)),
    search=Action("查找", allow(*EVERYBODY, to=anywhere)),
    glance=Action("查看全县情况", allow(*OFFICE, to=anywhere)),
)
