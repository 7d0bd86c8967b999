"""Who may owe something, and what the model keeps of each thing that is open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from schemas.codes import OrderState, Role
from tests.people.county import COUNTY, township_of


class Owner(NamedTuple):
    """One list: all in these roles at this place see the same."""

    roles: tuple[Role, ...]
    place: str


class Thing(NamedTuple):
    """Something open. `kind` says what, `key` which: months, places, households or ids."""

    kind: str
    key: tuple[Any, ...]


def _at(*roles: Role) -> Callable[[str], Owner]:
    return lambda place: Owner(roles, place)


LEADER = _at(Role.GROUP_LEADER)
VILLAGE = _at(Role.VILLAGE_CLERK)
TOWNSHIP, TOWNSHIP_HEAD = _at(Role.TOWNSHIP_CLERK), _at(Role.TOWNSHIP_HEAD)
TOWNSHIP_OFFICE = _at(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD)
HELPER = _at(Role.HELPER)
UNIT, UNIT_HEAD = _at(Role.UNIT_CLERK), _at(Role.UNIT_HEAD)
TEAMS = _at(Role.SUPERVISOR)
OFFICE, COUNTY_LEADER = _at(Role.COUNTY_CLERK)(COUNTY), _at(Role.COUNTY_LEADER)(COUNTY)
DEPARTMENT = _at(Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
DEPARTMENT_CLERK = _at(Role.DEPARTMENT_CLERK)
# Who explains for whom is proposed to be named; about the office its leader decides.
CONCERNED = {
    "GROUP": LEADER,
    "VILLAGE": VILLAGE,
    "TOWNSHIP": TOWNSHIP,
    "UNIT": UNIT,
    "TEAM": TEAMS,
    "OFFICE": lambda _: COUNTY_LEADER,
    "DEPARTMENT": DEPARTMENT_CLERK,
}


@dataclass
class Finding:
    """A village's finding on its way up (docs/domain/states.md#finding)."""

    village: str
    group: str | None = None  # whose leader reported it; None: the village alone did
    by_village: bool = False  # the village entered it, too
    urgent: bool = False
    agreed: bool | None = None  # by the village
    sent: bool = False
    rechecked: bool = False  # by the township
    struck: bool = False  # by the township
    withdrawn: bool = False
    over: bool = False  # at the county

    def owner(self) -> Owner | None:
        township = township_of(self.village)
        if self.over or self.withdrawn:
            return None
        if self.urgent and not self.sent and self.agreed is not False and not self.struck:
            return TOWNSHIP_HEAD(township)
        if not self.sent:
            return VILLAGE(self.village)
        if self.rechecked or self.struck or self.agreed is False:
            return TOWNSHIP_HEAD(township)
        return TOWNSHIP(township)


@dataclass
class Risk:
    """A unit's finding. `state`: draft, ready (complete, or struck out), sent, over."""

    unit: str
    state: str
    struck: bool = False


@dataclass
class Case:
    """`state`: open, recheck."""

    state: str
    household: str


@dataclass
class Order:
    state: OrderState
    department: str | None
    village: str
    on: date  # of the last event that said this state


@dataclass
class Facts:
    """Rows whose coming no event tells: as they are now."""

    hearings: list[Any] = field(default_factory=list)  # id, accused_tier, accused, state
    names: list[Any] = field(default_factory=list)  # id, month, kind, code, state, explained
    bulletins: list[Any] = field(default_factory=list)  # month, state, reply_due
    meetings: list[Any] = field(default_factory=list)  # id, month, state, undecided
    lines: list[Any] = field(default_factory=list)  # id, department, of the agenda and unexplained
    policies: list[Any] = field(default_factory=list)  # id, department: decided, not mended yet
    unmatched: list[Any] = field(default_factory=list)  # finding
    unanswered: list[Any] = field(default_factory=list)  # finding: came after the decision
    strangers: list[Any] = field(default_factory=list)  # id, village: not yet looked into
    entered: list[Any] = field(default_factory=list)  # head_name: in the register by a report
