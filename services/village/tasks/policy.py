"""Everybody has a first page here; what stands on it is what each feature says."""

from kit.policy import Action, Policy, allow, anywhere
from rulebook.scopes import KIND_OF
from schemas.codes import Role
from services.village.places import READERS, WATCHERS

OF_PLACE = (*WATCHERS, Role.GROUP_LEADER, Role.GRID_WORKER)

policy = Policy(
    desk=Action("打开首页", allow(*KIND_OF, to=anywhere)),
    look_around=Action("查看村级摸排", allow(*READERS, *OF_PLACE, to=anywhere)),
)
