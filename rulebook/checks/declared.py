"""How a data check is written: a function that says what stands there when something is wrong, and
nothing when all is well. Its name in capitals is the check's code; kind, reason, who mends it and the
limits are the pack's (`checks`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from rulebook.national.households import Household, Person
from rulebook.packs.checks import Checks

Said = str | None
Place = tuple[Household, Person | None, str]


@dataclass(frozen=True)
class Given:
    """What a check knows beside the household. `line`: per head and year, in fen; `leads`: by number
    of the household, the day somebody first said that it may be at risk.
    """

    on: date
    line: int
    checks: Checks
    leads: Mapping[str, date] = field(default_factory=dict)

    @property
    def month(self) -> str:
        return f"{self.on:%Y-%m}"


PersonCheck = Callable[[Person, int | None, Given], Said]
HouseholdCheck = Callable[[Household, Given], Said]
CountyCheck = Callable[[Iterable[Household], Given], Iterator[Place]]
OF_PERSON: dict[str, PersonCheck] = {}
OF_HOUSEHOLD: dict[str, HouseholdCheck] = {}
OF_COUNTY: dict[str, CountyCheck] = {}


def of_person(check: PersonCheck) -> PersonCheck:
    """A check of each person, who is so many years old (None: nobody knows)."""
    OF_PERSON[check.__name__.upper()] = check
    return check


def of_household(check: HouseholdCheck) -> HouseholdCheck:
    """A check of each household."""
    OF_HOUSEHOLD[check.__name__.upper()] = check
    return check


def of_county(check: CountyCheck) -> CountyCheck:
    """A check of households against one another."""
    OF_COUNTY[check.__name__.upper()] = check
    return check


def age(person: Person, on: date) -> int | None:
    """In full years; None where no day of birth is known."""
    born = person.birthday
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def months_between(begin: str, end: str) -> int:
    """From one "YYYY-MM" to another."""
    return 12 * (int(end[:4]) - int(begin[:4])) + int(end[5:]) - int(begin[5:])


def in_several(pairs: Iterable[tuple[str, Household]]) -> dict[str, list[Household]]:
    """What stands in more than one household."""
    found: dict[str, dict[str, Household]] = defaultdict(dict)
    for key, household in pairs:
        found[key][household.number] = household
    return {key: list(homes.values()) for key, homes in found.items() if len(homes) > 1}
