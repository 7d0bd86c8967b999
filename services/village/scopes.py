"""What an actor may see: the own place and whatever lies in it; at the county's own offices all of
it.
"""

from dataclasses import dataclass

from kit.actor import Actor
from kit.errors import Forbidden
from schemas.codes import Role

OF_COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.ADMINISTRATOR)
OF_TOWNSHIP = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)


@dataclass(frozen=True)
class Scope:
    """Divisions whose code begins with `prefix`; with `group` only that group of the village."""

    prefix: str
    group: str | None = None

    def holds(self, division: str | None, group: str | None = None) -> bool:
        return (division or "").startswith(self.prefix) and (
            self.group is None or self.group == group
        )


def scope_of(actor: Actor) -> Scope:
    """`Forbidden` for those who have no place on this tier (helpers, units, departments)."""
    if actor.role in OF_COUNTY:
        return Scope(actor.place[:6])
    if actor.role in OF_TOWNSHIP:
        return Scope(actor.place[:9])
    if actor.role is Role.VILLAGE_CLERK:
        return Scope(actor.place)
    if actor.role is Role.GROUP_LEADER:
        village, _, group = actor.place.partition("/")
        return Scope(village, group)
    raise Forbidden(f"村级摸排的内容只给村、乡镇和县里的人看;您是{actor.role.label}。")


def look(actor: Actor, division: str, group: str | None = None) -> None:
    """`Forbidden` unless the actor may see what lies there."""
    if not scope_of(actor).holds(division, group):
        raise Forbidden("这不是您管辖范围内的内容,不能查看。")
