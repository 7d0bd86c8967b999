"""What stands around every page. No service and no role is named here: the composition root says
which there are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.codes import Role


@dataclass(frozen=True)
class Link:
    """A page of the front door's own, in the head of every page of these roles."""

    href: str
    label: str
    roles: Collection[Role]


@dataclass(frozen=True)
class Shell:
    """`titles`: service -> what the navigation calls it; `useful`: role -> the services in which it
    has something to do, in the order of the navigation, all of them for a role that is not there;
    `searched`: the services that can be searched; `unsearching`: roles that need no box for it.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    useful: Mapping[Role, Sequence[str]] = field(default_factory=dict)
    links: Sequence[Link] = ()
    unsearching: Collection[Role] = ()
    searched: Collection[str] = ()
    demo: bool = False

    def navigation(self, role: Role) -> dict[str, str]:
        """service -> title"""
        return {name: self.titles[name] for name in self.useful.get(role, self.titles)}

    def links_of(self, role: Role) -> list[Link]:
        return [link for link in self.links if role in link.roles]

    def searches(self, role: Role, service: str) -> bool:
        """Whether a page of this service offers the role a box to search it with."""
        useful = service in self.searched and service in self.navigation(role)
        return useful and role not in self.unsearching
