"""Every door of an application beside what the tables say of it: what tests of permissions are
made from, so that none restates a table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from kit.actor import Actor
from kit.policy.relations import anywhere
from kit.policy.relations import own as done_by
from kit.policy.table import Action, PolicyRoute
from schemas.codes import Role


@dataclass(frozen=True)
class Door:
    """One method of one route. `action` None: no table knows it, so anybody gets in."""

    method: str  # "*" for what is mounted
    path: str
    name: str
    action: Action | None

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.action.roles if self.action else ()

    def allows(self, actor: Actor, *, own: bool) -> bool:
        """With a row of his `own`, or with somebody else's."""
        allowances = (
            [allowance for allowance in self.action.allowances if actor.role in allowance.roles]
            if self.action
            else []
        )
        return any(own or allowance.to is anywhere for allowance in allowances)

    def is_of_own_deeds(self, actor: Actor) -> bool:
        """Whether his own place alone opens nothing: he must have entered the row himself."""
        allowances = self.action.allowances if self.action else ()
        return any(
            actor.role in allowance.roles and done_by().said in allowance.to.said
            for allowance in allowances
        )


def doors(routes: Iterable[BaseRoute]) -> list[Door]:
    """`doors(app.routes)`; prefixes of including routers are part of the path."""
    return [
        Door(
            method,
            context.path or "",
            context.name or "",
            route.action if isinstance(route := context.original_route, PolicyRoute) else None,
        )
        for context in iter_route_contexts(list(routes))
        for method in sorted(context.methods or {"*"})
    ]


@dataclass(frozen=True)
class Attempt:
    """One actor at one door with a row of his own, or with somebody else's."""

    door: Door
    actor: Actor
    own: bool
    allowed: bool


def matrix(walked: Iterable[Door], actors: Iterable[Actor]) -> Iterator[Attempt]:
    """(actor × own and foreign row × door). The test makes the rows, tries each and compares:
    403 or 404 when not `allowed`, and nothing changed.
    """
    everybody = tuple(actors)
    for door in walked:
        for actor in everybody:
            for own in (True, False):
                yield Attempt(door, actor, own, door.allows(actor, own=own))
