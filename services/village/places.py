"""Who acts on tier 1, and with what of it: what the features' policies are made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.behalf import whom
from kit.policy import Allowance, Relation, allow, anywhere, at, within
from rulebook.scopes import ScopeKind
from schemas.codes import DIVISIONS, Role

TOWNSHIP = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
# Who sees all that lies in his place.
READERS = (Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY, *TOWNSHIP, *COUNTY)
# Who watches a village beside its clerk (N-16, N-18): he sees what was found there and tells the
# village, whose clerk reviews it; the village's report and its dates are not his.
WATCHERS = (Role.VILLAGE_WORK_TEAM, Role.TOWNSHIP_VILLAGE_LIAISON)
FINDERS = (Role.VILLAGE_SECRETARY, *WATCHERS)
# Who receives papers and looks into what villages report.
RECEIVERS = (Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK)
# Who has a village's open things as tasks: its clerk, and the township's where the village ended.
VILLAGE_CLERKS = (Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK)
# Who enters the village's reports: its clerk, or on its behalf whoever received them on paper.
VILLAGE_OFFICE = "村民委员会"
PHONED = "来电"  # why a clerk enters it for a leader or a village, where he says nothing else
CLERKS = (
    allow(Role.VILLAGE_CLERK, to=within("village")),
    allow(
        *RECEIVERS,
        to=within("village"),
        on_behalf=whom(VILLAGE_OFFICE, Role.VILLAGE_CLERK, "village"),
    ),
)


@dataclass(frozen=True)
class Place:
    """Where something shall go, asked of a policy like a row. `group`: two digits. `session`: lets
    whoever answers for a place that ended act for it.
    """

    village: str
    group: str | None = None
    session: Session | None = field(default=None, repr=False, compare=False)

    @property
    def audited(self) -> str | None:
        """None where it is no village: what somebody typed might be a person's number."""
        if not re.fullmatch("[0-9]{12}", self.village):
            return None
        return f"place:{self.village}/{self.group}" if self.group else f"place:{self.village}"


def readers(village: str = "village", group: str = "group") -> tuple[Allowance, ...]:
    """Everybody sees what lies in his place; of a group its leader and its grid worker."""
    own = allow(Role.GROUP_LEADER, Role.GRID_WORKER, to=at(village, group))
    return allow(*READERS, *WATCHERS, to=within(village)), own


def finders(besides: Relation = anywhere) -> tuple[Allowance, ...]:
    """Who tells the village of a household at risk that he sees in his place (N-05)."""
    return (
        allow(*FINDERS, to=besides & within("village")),
        allow(Role.GRID_WORKER, to=besides & at("village", "group")),
    )


def owned(session: Session, actor: Actor, kind: ScopeKind) -> Sequence[str]:
    """Codes of the places of this kind whose open things are the actor's: his own, and those that
    ended and came to him (F-15).
    """
    return directory.answers_for(session, actor, kind)


def inherited(session: Session, actor: Actor, code: str) -> str:
    """What begins the title of a task of a place that came to the actor: 马家村03组：; "" of his own."""
    if code == actor.place:
        return ""
    division, _, group = code.partition("/")
    name = directory.names(session, DIVISIONS, [division])[division]
    return f"{name}{group}组：" if group else f"{name}："


def group_of(actor: Actor) -> str | None:
    """The group that the actor's place is, two digits; None of any other place."""
    if actor.scope.kind is not ScopeKind.GROUP:
        return None
    return actor.place.partition("/")[2]


def led_by(actor: Actor) -> str | None:
    """The group that a group leader answers for, two digits; None for everybody else."""
    return group_of(actor) if actor.role is Role.GROUP_LEADER else None
