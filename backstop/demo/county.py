"""The invented county: places, people and offices. Its register of monitored households reproduces
published sums.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from backstop.demo.people import AREA, People
from schemas.codes import DEPARTMENTS, RiskCause, Stratum
from schemas.values import Member
from services.county.organisation.models import Responsibility

COUNTY, NAME = f"{AREA}000000", "守望县"
TOWNSHIPS = ("河湾镇", "青岭镇", "石门镇", "云台镇", "柳林乡", "白沙乡", "南坪乡", "高庙乡")
VILLAGES = ("石桥", "柳树", "上坝", "东沟", "马家", "白水")
GROUPS = 4
UNITS = (
    "县发展和改革局",
    "县水利局",
    "县第一中学",
    "县中医医院",
    "县供电公司",
    "县财政局",
    "县审计局",
    "县林业局",
    "县交通运输局",
    "县文化和旅游局",
    "县市场监督管理局",
    "县气象局",
    "县统计局",
    "县司法局",
    "县总工会",
    "县邮政分公司",
)
HELPERS = 6
# s000 R-01: ever monitored; R-02: identified in the demo's own year; R-03: eliminated. (households,
# persons)
EVER = {
    Stratum.UNSTABLE_EX_POOR: (1470, 5528),
    Stratum.MARGINAL: (2181, 7807),
    Stratum.SUDDEN_HARDSHIP: (228, 958),
}
NEW = {
    Stratum.UNSTABLE_EX_POOR: (6, 30),
    Stratum.MARGINAL: (6, 31),
    Stratum.SUDDEN_HARDSHIP: (68, 275),
}
# The source gives only the sum 2600/9704; the split by category is ours.
ELIMINATED = {
    Stratum.UNSTABLE_EX_POOR: (1000, 3790),
    Stratum.MARGINAL: (1480, 5420),
    Stratum.SUDDEN_HARDSHIP: (120, 494),
}
AS_OF = date(2026, 9, 1)


@dataclass(frozen=True)
class Household:
    """One household of the register; `category` only where it is or was monitored."""

    number: str
    village: str
    group: str
    stratum: Stratum
    members: tuple[Member, ...]
    identified_on: date | None = None
    eliminated_on: date | None = None
    cause: RiskCause | None = None

    @property
    def head(self) -> Member:
        return self.members[0]


@dataclass(frozen=True)
class County:
    """Everything there is before the first day; the same every time."""

    seed: str = "2026-09-01"

    def _people(self, part: str) -> People:
        """A source a part, so that nothing depends on which part is asked for first."""
        return People(f"{self.seed} {part}")

    @cached_property
    def townships(self) -> dict[str, str]:
        return {f"{AREA}{100 + number:03}000": name for number, name in enumerate(TOWNSHIPS)}

    @cached_property
    def villages(self) -> dict[str, str]:
        """Every township has villages of its own names: the township's first character before
        them.
        """
        return {
            f"{township[:9]}{201 + number}": f"{VILLAGES[number]}{'' if place == 0 else name[0]}村"
            for place, (township, name) in enumerate(self.townships.items())
            for number in range(len(VILLAGES))
        }

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        return [
            (village, f"{number:02}")
            for village in self.villages
            for number in range(1, GROUPS + 1)
        ]

    @cached_property
    def leaders(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Name and telephone of every group's leader."""
        people = self._people("leaders")
        return {group: (people.name(), people.phone()) for group in self.groups}

    @cached_property
    def households(self) -> list[Household]:
        """Monitored ones first, spread evenly over the groups, then one ordinary household a
        group.
        """
        people = self._people("households")
        plans = self._plans(people)
        people.random.shuffle(plans)
        kinds = [
            Stratum.ORDINARY,
            Stratum.EX_POOR,
        ]  # after the shuffle: one a group, all the way round
        plans += [
            (kinds[n % 2], people.random.randint(2, 5), None, None) for n in range(len(self.groups))
        ]
        households = []
        for index, (stratum, size, identified, eliminated) in enumerate(plans):
            village, group = self.groups[index % len(self.groups)]
            cause = people.random.choice(list(RiskCause)[:8]) if identified else None
            number = f"H{village[6:]}{group}{index // len(self.groups) + 1:03}"
            households.append(
                Household(
                    number,
                    village,
                    group,
                    stratum,
                    people.family(size),
                    identified,
                    eliminated,
                    cause,
                )
            )
        return households

    def _plans(self, people: People) -> list[tuple[Stratum, int, date | None, date | None]]:
        plans: list[tuple[Stratum, int, date | None, date | None]] = []
        for category, ever in EVER.items():
            new, gone = NEW[category], ELIMINATED[category]
            rest = (ever[0] - new[0] - gone[0], ever[1] - new[1] - gone[1])
            plans += [(category, size, _day(people, 2026, 1, 8), None) for size in sizes(*new)]
            plans += [
                (category, size, _day(people, 2021, 3, 24), _day(people, 2023, 9, 34))
                for size in sizes(*gone)
            ]
            plans += [(category, size, _day(people, 2021, 6, 54), None) for size in sizes(*rest)]
        return plans

    @cached_property
    def active(self) -> list[Household]:
        """Monitored and not eliminated: each has a helper."""
        return [
            household
            for household in self.households
            if household.identified_on and not household.eliminated_on
        ]

    @cached_property
    def units(self) -> dict[str, str]:
        return {f"U{number:03}": name for number, name in enumerate(UNITS, start=1)}

    @cached_property
    def helpers(self) -> dict[str, tuple[str, str, str]]:
        """Helper's code -> unit, name, telephone."""
        people = self._people("helpers")
        return {
            f"{unit}-{number:02}": (unit, people.name(), people.phone())
            for unit in self.units
            for number in range(1, HELPERS + 1)
        }

    @cached_property
    def assignments(self) -> list[tuple[str, str]]:
        """Household number, helper's code: a helper has neighbours, of one village or the next."""
        codes = list(self.helpers)
        along = sorted(self.active, key=lambda household: (household.village, household.group))
        return [
            (household.number, codes[index * len(codes) // len(along)])
            for index, household in enumerate(along)
        ]

    @cached_property
    def teams(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """Team's code -> name, leader, townships."""
        places, people = list(self.townships), self._people("teams")
        names = ("第一督导组", "第二督导组", "第三督导组", "第四督导组")
        return {
            f"D{number}": (name, people.name(), tuple(places[2 * number - 2 : 2 * number]))
            for number, name in enumerate(names, start=1)
        }

    @cached_property
    def departments(self) -> dict[str, str]:
        return {code: f"县{name}" for code, name in DEPARTMENTS.items()}

    @cached_property
    def heads(self) -> dict[str, tuple[str, str]]:
        """Place or unit -> post and name of its first responsible person (N-18)."""
        posts = {COUNTY: "防返贫领导小组组长"}
        posts |= {township: f"{name[-1]}长" for township, name in self.townships.items()}
        posts |= dict.fromkeys(self.villages, "党支部书记")
        posts |= dict.fromkeys(self.units, "主要负责人") | dict.fromkeys(self.departments, "局长")
        people = self._people("heads")
        return {place: (post, people.name()) for place, post in posts.items()}

    @cached_property
    def others(self) -> list[tuple[str, str, str, Responsibility]]:
        """Place or unit, post, name: who else answers for it, first or directly (N-18)."""
        posts = [(township, "党委书记", Responsibility.FIRST) for township in self.townships]
        posts += [(township, "专干", Responsibility.DIRECT) for township in self.townships]
        posts += [(village, "驻村工作队队长", Responsibility.DIRECT) for village in self.villages]
        posts += [(unit, "帮扶联络员", Responsibility.DIRECT) for unit in self.units]
        posts += [(COUNTY, "经办人", Responsibility.DIRECT)]
        people = self._people("others")
        return [(place, post, people.name(), duty) for place, post, duty in posts]

    @cached_property
    def officers(self) -> dict[str, tuple[str, str]]:
        """Department -> name and telephone of its directly responsible person."""
        people = self._people("officers")
        return {department: (people.name(), people.phone()) for department in self.departments}

    @cached_property
    def team_members(self) -> dict[str, list[str]]:
        people = self._people("team members")
        return {team: [people.name(), people.name()] for team in self.teams}


def sizes(households: int, persons: int) -> list[int]:
    """`households` family sizes between 1 and 8 that add up to `persons`; mixed, not all alike."""
    base, larger = divmod(persons, households)
    families = [base + 1] * larger + [base] * (households - larger)
    for left in range(0, households - 1, 2):  # take one from one family and give it to the next
        step = min(families[left] - 1, 8 - families[left + 1], left % 3)
        families[left] -= step
        families[left + 1] += step
    return families


def _day(people: People, year: int, month: int, months: int) -> date:
    """A day within `months` months from the first of that month, and before the demo begins."""
    return min(
        date(year, month, 1) + timedelta(days=people.random.randrange(months * 30)),
        AS_OF - timedelta(days=1),
    )
