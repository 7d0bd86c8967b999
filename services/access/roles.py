"""Who keeps whose accounts: the level above keeps those below it. Whose deed binds an office, or who
sees households of more than a village, needs a second person (decisions/0024).
"""

from kit.policy import Relation, anywhere, at, having, within
from rulebook.scopes import KIND_OF, ScopeKind
from schemas.codes import Role

EVERYBODY = tuple(role for role in Role if role is not Role.SYSTEM)
# Whose signature binds an office, or who sees the whole county: such a post has one-time codes.
SIGNING = (
    Role.TOWNSHIP_HEAD,
    Role.UNIT_HEAD,
    Role.DEPARTMENT_HEAD,
    Role.COUNTY_CLERK,
    Role.COUNTY_LEADER,
    Role.LEADING_GROUP,
    Role.ADMINISTRATOR,
)
OF_COUNTY = tuple(role for role, kind in KIND_OF.items() if kind is ScopeKind.COUNTY)
OF_GROUP = (Role.GROUP_LEADER, Role.GRID_WORKER)
BY_PHONE = (*OF_GROUP, Role.HELPER)  # who has no desk
OF_VILLAGE = tuple(role for role, kind in KIND_OF.items() if kind is ScopeKind.VILLAGE)
# Posts that one person gives alone, with the cards for them: who sees a village, or his own
# households. Of any other, also of a role that is yet to come, two people give post and card.
_OF_ONE = (ScopeKind.VILLAGE, ScopeKind.GROUP, ScopeKind.HELPER)
OF_TWO = tuple(role for role, kind in KIND_OF.items() if kind not in _OF_ONE)


def _having(*roles: Role) -> Relation:
    first, *others = (having(role=role) for role in roles)
    for other in others:
        first = first | other
    return first


signing, of_two = _having(*SIGNING), _having(*OF_TWO)
# Whose posts each role keeps. `above` is what the post's place belongs to: the village of a group,
# the unit of a helper.
KEEPS: dict[Role, Relation] = {
    Role.VILLAGE_CLERK: _having(*OF_GROUP) & at("above"),
    Role.TOWNSHIP_CLERK: _having(*OF_GROUP, *OF_VILLAGE) & within("place"),
    Role.UNIT_CLERK: _having(Role.HELPER) & at("above"),
    Role.COUNTY_CLERK: ~_having(*OF_COUNTY),
    Role.ADMINISTRATOR: anywhere,
}
GRANTS: dict[Role, tuple[Role, ...]] = {
    Role.VILLAGE_CLERK: OF_GROUP,
    Role.TOWNSHIP_CLERK: (*OF_GROUP, *OF_VILLAGE),
    Role.UNIT_CLERK: (Role.HELPER,),
    Role.COUNTY_CLERK: tuple(role for role in KIND_OF if role not in OF_COUNTY),
    Role.ADMINISTRATOR: tuple(KIND_OF),
}
# Whom somebody asks who lost his phone or needs a card.
ABOVE: dict[Role, str] = {
    **dict.fromkeys(OF_GROUP, "村文书"),
    **dict.fromkeys(OF_VILLAGE, "乡镇专干"),
    Role.HELPER: "本单位经办人",
}


def above(role: Role) -> str:
    """Who gives somebody in this role a new card, as a sentence names him."""
    return ABOVE.get(role, "系统管理员" if role in OF_COUNTY else "县级牵头部门经办人")
