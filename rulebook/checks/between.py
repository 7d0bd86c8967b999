"""Checks of households against one another (A14)."""

from collections.abc import Iterable, Iterator

from rulebook.checks.declared import Given, Place, in_several, of_county
from rulebook.national.households import Household, Person


@of_county
def phone_in_several(households: Iterable[Household], given: Given) -> Iterator[Place]:
    households = tuple(households)
    pairs = (
        (phone, household)
        for household in households
        for phone in (household.phone, *(member.phone for member in household.members))
        if phone
    )
    shared = in_several(pairs).values()
    for homes in shared:
        if len(homes) <= given.checks.phone_households_max:
            continue
        for household in homes:
            others = [other for other in homes if other is not household]
            yield household, None, f"联系电话与{_called(others)}相同"


@of_county
def person_in_several(households: Iterable[Household], given: Given) -> Iterator[Place]:
    households = tuple(households)
    persons: dict[tuple[str, str], Person] = {}
    pairs = []
    for household in households:
        for member in household.members:
            if member.id_number:
                persons[member.id_number, household.number] = member
                pairs.append((member.id_number, household))
    for number, homes in in_several(pairs).items():
        for household in homes:
            others = [other for other in homes if other is not household]
            person = persons[number, household.number]
            yield household, person, f"证件号码也在{_called(others)}"


def _called(households: list[Household]) -> str:
    """The first by number, and how many there are."""
    first = households[0].number
    return f"户{first}" if len(households) == 1 else f"户{first}等{len(households)}户"
