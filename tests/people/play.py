"""Random months of everybody: after each day with something to do, all lists are held against the
model.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import permutations
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from backstop.services import NAMES
from kit.actor import Actor
from kit.errors import Refused
from rulebook.calendar import state_council
from rulebook.months import month_of, previous_month
from tests.people import faults
from tests.people.county import CONCERNED, EVERYBODY, PLACES, SERVED
from tests.people.faults import FAULTS, Fault
from tests.people.finders import unread
from tests.people.model import Model
from tests.people.office import People
from tests.people.owners import Facts, Owner, Thing
from tests.people.rows import Rows, facts
from tests.people.whims import WHIMS
from tests.people.world import World, at

MONTHS = 2  # an example plays
LATER = 3  # of ten, how often somebody leaves a thing for another day
PASSING = 4  # whoever owes nothing is looked at one day in so many, and on the last
GAPS = 14, 12, 10, 8, 6, 4, 2, 1  # days until somebody does something again
ORDERS = tuple(permutations(NAMES))
FORGETFUL = tuple(sorted({place for places in PLACES.values() for place in places}))


class Forgotten(AssertionError):
    """Something open does not stand on just the one list where it belongs."""


@dataclass
class Outcome:
    """What was played: how often what was done (the kind of thing, and which way), the seeded faults
    that no look has found, the stories of what failed, and the events that showed somebody's data.
    """

    months: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    unseen: set[Fault] = field(default_factory=lambda: set(FAULTS))
    failures: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    spoken: int = 0  # events with words of people

    def add(self, other: "Outcome") -> None:
        self.months += other.months
        self.acts += other.acts
        self.unseen &= other.unseen
        self.failures += other.failures
        self.leaks += other.leaks
        self.spoken += other.spoken


@dataclass
class Play:
    """One example: a county from its first day on."""

    world: World
    chance: Random
    outcome: Outcome = field(default_factory=Outcome)
    story: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.reset(self.draw(0, 1_000_000))
        self.model = Model(state_council())
        self.rows = Rows(self.world)
        self.model.households = {id: number for number, id in self.rows.ids.items()}
        self.heard = 0
        self.owed: dict[Thing, Owner] = {}
        self._facts: tuple[Any, Facts] | None = None
        self._checked: dict[str, Any] = {}
        self._seeing: dict[str, AbstractSet[Actor]] = {}  # by service, on the day before

    def draw(self, least: int, most: int) -> int:
        return self.chance.randint(least, most)

    def run(self) -> None:
        world = self.world
        world.order = ORDERS[self.draw(0, len(ORDERS) - 1)]
        away = self._away()
        self.hear()
        day, end = world.first_day, world.first_day + timedelta(31 * MONTHS)
        while day <= end:
            world.until(at(day, 9))
            self.hear()
            assert not world.failed(), world.failed()
            self.busy(day, away)
            self.check()
            day += timedelta(GAPS[self.draw(0, len(GAPS) - 1)])
        self._checked.clear()
        self.check(last=True)
        if wrong := unread(world, self.model):
            raise Forgotten("\n".join(wrong))

    def _away(self) -> dict[str, date]:
        """Who forgets everything, until when."""
        return {
            FORGETFUL[self.draw(0, len(FORGETFUL) - 1)]: self.world.first_day
            + timedelta(self.draw(1, 60))
            for _ in range(self.draw(0, 3))
        }

    def hear(self) -> None:
        self.world.deliver()
        for event in self.world.heard[self.heard :]:
            self.model.hear(event)
        self.heard = len(self.world.heard)

    def people(self) -> People:
        """With the facts as they are; they change only with what their services write."""
        changes = self.world.changes["village"], self.world.changes["county"]
        if self._facts is None or changes != self._facts[0]:
            self._facts = changes, facts(self.world)
        return People(self.world, self.model, self.rows, self._facts[1])

    def busy(self, day: date, away: dict[str, date]) -> None:
        """Who is there does what is owed, or leaves it; and whatever comes to mind."""
        people = self.people()
        self.owed = dict(self.model.owed(day, people.facts))
        for thing, owner in self.owed.items():
            if day < away.get(owner.place, day):
                continue
            chance = self.draw(0, 9)
            if chance >= LATER:
                self.deal_with(thing, chance - LATER)
        for _ in range(self.draw(0, 2)):
            whim = WHIMS[self.draw(0, len(WHIMS) - 1)]
            number = self.draw(0, 23)
            month = month_of(day) if number < 18 else previous_month(month_of(day))
            if month < month_of(self.world.first_day):
                month = month_of(day)
            self.act(whim.__name__, list(whim(self.people(), month, number)), 0)

    def deal_with(self, thing: Thing, chance: int) -> None:
        """The usual way most often; it may be done, or another's by now."""
        people = self.people()
        owner = dict(self.model.owed(self.world.today, people.facts)).get(thing)
        if owner is not None:
            ways = people.ways(thing, owner)
            self.act(
                f"{thing.kind} {thing.key} by {owner.roles[0]} {owner.place}",
                ways,
                max(0, chance - 3),
            )

    def act(self, what: str, ways: Sequence[Any], chance: int) -> None:
        if not ways:
            return
        way = ways[chance % len(ways)]
        self.story.append(f"{self.world.today} {what} ({chance % len(ways)} of {len(ways)})")
        self.outcome.acts[f"{what.split(maxsplit=1)[0]} {chance % len(ways)}"] += 1
        try:
            way()
        except Refused as refusal:
            raise Forgotten(
                f"{what} cannot be done: {type(refusal).__name__} {refusal}"
            ) from refusal
        self.hear()

    def check(self, *, last: bool = False) -> None:
        """Each thing on all sessions of its owner's list, and on nobody else's. A service is looked
        at again when it wrote something, or something of it has another owner now.
        """
        expected: dict[str, dict[str, frozenset[Actor]]] = {name: {} for name in NAMES}
        for thing, owner in self.model.owed(self.world.today, self.people().facts):
            service, name = self.rows.name(thing)
            expected[service][name] = sessions_of(owner)
        wrong = []
        for service, owners in expected.items():
            known = self.world.changes[service], owners
            if known != self._checked.get(service):
                looking = self._everybody(service) if last else self._looking(service, owners)
                wrong += self._compare(service, owners, looking)
                self._checked[service] = known
        if wrong:
            raise Forgotten("\n".join([f"on {self.world.today}:", *wrong]))

    def _everybody(self, service: str) -> Sequence[Actor]:
        """Most often those whom the service serves, now and then all there are."""
        return EVERYBODY if self.draw(0, 3) == 0 else self._served(service)

    def _looking(self, service: str, owners: dict[str, frozenset[Actor]]) -> Sequence[Actor]:
        """Whoever owes something or saw something on the day before; of the others some."""
        concerned = self._seeing.get(service, frozenset()).union(*owners.values())
        return [
            actor
            for actor in self._served(service)
            if actor in concerned or self.draw(1, PASSING) == 1
        ]

    def _served(self, service: str) -> Sequence[Actor]:
        facts, orders = self.people().facts, self.model.orders
        concerning = {
            "county": facts.hearings or facts.names or facts.lines or facts.policies,
            "dispatch": orders,
        }
        return (CONCERNED if concerning.get(service) else SERVED)[service]

    def _compare(
        self, service: str, owners: dict[str, frozenset[Actor]], looking: Sequence[Actor]
    ) -> Iterator[str]:
        lists = self.world.tasks(service, looking)
        seeing = faults.seen(lists)
        self._seeing[service] = frozenset[Actor]().union(*seeing.values())
        for name in faults.misplaced(owners, seeing):
            owing = _names(owners.get(name))
            yield f"{service} {name}: owed by {owing}, seen by {_names(seeing.get(name))}"
        unseen = self.outcome.unseen
        unseen -= faults.caught(service, owners, lists, unseen)


@cache
def sessions_of(owner: Owner) -> frozenset[Actor]:
    """All who sign in to that list."""
    return frozenset(
        actor for actor in EVERYBODY if actor.role in owner.roles and actor.place == owner.place
    )


def _names(actors: AbstractSet[Actor] | None) -> str:
    return ", ".join(sorted(f"{one.role} {one.place}" for one in actors or ())) or "nobody"


def attack(world: World, months: int, number: int, outcome: Outcome) -> None:
    """Play `months` random months from this seed into `outcome`; raises with the story. Making it
    short would take minutes and make little of it.
    """

    @seed(number)
    @settings(
        max_examples=max(1, months // MONTHS),
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.randoms(use_true_random=False))
    def months_of_everybody(chance: Random) -> None:
        play = Play(world, chance, outcome)
        try:
            play.run()
        except Exception as error:
            error.add_note("\n".join(play.story))
            raise
        outcome.months += MONTHS
        outcome.leaks, outcome.spoken = list(world.leaks), world.spoken

    months_of_everybody()
