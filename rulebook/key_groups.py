"""Which key groups a household is of (六必访, 六必查, the ten): seen from its members' data as the
pack's `tags` say, or tagged by hand where no data say so.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from rulebook.checks.declared import age
from rulebook.checks.households import SEVERE
from rulebook.national.codes import CHILDREN, Health, Labour, Relationship, Stage, Student
from rulebook.national.households import Household, Person
from rulebook.packs import Pack
from rulebook.packs.tags import Sign, TagRule, Tags
from schemas.codes import RiskCause, Stratum

MINOR = 18  # of age, by law and not by a pack
BEYOND_COMPULSORY = (Stage.SENIOR, Stage.COLLEGE, Stage.POSTGRADUATE)


@dataclass(frozen=True)
class _Given:
    on: date
    tags: Tags


PersonSign = Callable[[Person, Household, _Given], bool]
HouseholdSign = Callable[[Household, _Given], bool]


@dataclass(frozen=True)
class Tag:
    """A household's key group, with what shows it: a sign, and whose; without a sign, by hand."""

    group: str
    sign: Sign | None = None
    person: Person | None = None


def key_groups(
    household: Household, *, on: date, pack: Pack, by_hand: Collection[str] = ()
) -> tuple[Tag, ...]:
    """Every group the household is of, in the pack's order. `by_hand`: groups somebody tagged; one that
    the pack does not leave to people counts only by its signs.
    """
    given = _Given(on, pack.tags)
    tags = (_tags_of(household, rule, given, by_hand) for rule in given.tags.rules)
    return tuple(tag for found in tags for tag in found)


def _tags_of(
    household: Household, rule: TagRule, given: _Given, by_hand: Collection[str]
) -> Iterator[Tag]:
    for sign in rule.signs:
        if sign in OF_HOUSEHOLD:
            if OF_HOUSEHOLD[sign](household, given):
                yield Tag(rule.group, sign)
        else:
            shown = (one for one in household.members if OF_PERSON[sign](one, household, given))
            yield from (Tag(rule.group, sign, person) for person in shown)
    if rule.by_hand and rule.group in by_hand:
        yield Tag(rule.group)


def _heavy(household: Household, given: _Given) -> bool:
    return (household.self_paid or 0) >= given.tags.heavy_self_paid


def _is_minor(person: Person, given: _Given) -> bool:
    years = age(person, given.on)
    return years is not None and years < MINOR


def _is_elderly(person: Person, given: _Given) -> bool:
    years = age(person, given.on)
    return years is not None and years >= given.tags.elderly_age


def _is_severe(person: Person) -> bool:
    return person.disability_level in SEVERE


def _studies_on(person: Person) -> bool:
    return isinstance(person.student, Student) and person.student.stage in BEYOND_COMPULSORY


def _single_parent(household: Household, given: _Given) -> bool:
    """A head with children under age and no spouse in the household."""
    relationships = {member.relationship for member in household.members}
    children = any(
        member.relationship in CHILDREN and _is_minor(member, given) for member in household.members
    )
    return household.head is not None and children and Relationship.SPOUSE not in relationships


def _many_children(household: Household, given: _Given) -> bool:
    return sum(_is_minor(one, given) for one in household.members) >= given.tags.many_children_min


def _elderly_alone(household: Household, given: _Given) -> bool:
    return len(household.members) == 1 and _is_elderly(household.members[0], given)


def _because_of(*causes: RiskCause) -> HouseholdSign:
    return lambda household, given: bool(set(causes) & set(household.causes))


OF_PERSON: dict[Sign, PersonSign] = {
    Sign.SERIOUS_ILLNESS: lambda one, home, given: Health.SERIOUS in one.health,
    Sign.CHRONIC_ILLNESS: lambda one, home, given: (
        Health.CHRONIC in one.health and _heavy(home, given)
    ),
    Sign.SEVERE_DISABILITY: lambda one, home, given: _is_severe(one),
    Sign.DISABLED: lambda one, home, given: one.disabled,
    Sign.DISABLED_ELDERLY: lambda one, home, given: (
        _is_elderly(one, given) and (one.labour is Labour.LOST or _is_severe(one))
    ),
    Sign.SUBSISTENCE: lambda one, home, given: one.gets_subsistence,
    Sign.EXTREME: lambda one, home, given: one.gets_extreme,
    Sign.STUDENT: lambda one, home, given: _studies_on(one),
    Sign.STUDENT_BURDEN: lambda one, home, given: (
        _studies_on(one) and RiskCause.EDUCATION in home.causes
    ),
}
OF_HOUSEHOLD: dict[Sign, HouseholdSign] = {
    Sign.SINGLE_PARENT: _single_parent,
    Sign.ELDERLY_ALONE: _elderly_alone,
    Sign.CALAMITY: _because_of(RiskCause.NATURAL_DISASTER, RiskCause.ACCIDENT),
    Sign.SUDDEN_HARDSHIP: lambda home, given: home.category is Stratum.SUDDEN_HARDSHIP,
    Sign.MANY_CHILDREN: _many_children,
    Sign.HEAVY_SPENDING: _heavy,
    Sign.UNSTABLE_EMPLOYMENT: _because_of(RiskCause.UNSTABLE_EMPLOYMENT),
    Sign.INDUSTRY_FAILURE: _because_of(RiskCause.INDUSTRY_FAILURE),
}
