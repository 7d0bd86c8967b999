"""Data checks of the register (A14): leads for people, each with the household, what stands there, why
that is asked about, and who mends it. None of them says that somebody did wrong.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rulebook.checks import between, households, measures, persons, status, times
from rulebook.checks.declared import OF_COUNTY, OF_HOUSEHOLD, OF_PERSON, Given, age
from rulebook.checks.facts import facts_of
from rulebook.national.households import Household, Person
from rulebook.packs import Pack
from rulebook.packs.checks import Rule

__all__ = ["Finding", "findings"]

ROOMS = (
    between,
    households,
    measures,
    persons,
    status,
    times,
)  # importing them declares the checks


@dataclass(frozen=True)
class Finding:
    """One check's hit. `reason` is the pack's text with its limits filled in."""

    rule: Rule
    household: Household
    person: Person | None
    said: str
    reason: str
    given: Given

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def sentence(self) -> str:
        """祝长河：证件号码是空的。请对照户口簿补填。"""
        who = f"{self.person.name or '家庭成员'}：" if self.person else ""
        return f"{who}{self.said}。{self.reason}"

    @property
    def facts(self) -> str:
        """A hash of what the check looked at: the same until one of these facts changes. It may be of
        an ID number, so whoever keeps it encrypts it.
        """
        return facts_of(self.code, self.household, self.person, self.said, self.given)


def findings(
    register: Iterable[Household],
    *,
    on: date,
    pack: Pack,
    line: int,
    leads: Mapping[str, date] | None = None,
    only: Collection[str] | None = None,
) -> list[Finding]:
    """All that the pack's `checks` find on a day, household by household, then between them. `line` is
    the one in force (`Income.line_on`); `leads`: by number, when somebody first named the household; `only`:
    of these checks, where not all are asked.
    """
    register = tuple(register)
    checks = pack.checks
    given = Given(on, line, checks, leads or {})
    return [
        Finding(rule, household, person, said, reason, given)
        for rule, household, person, said in _hits(register, given, only)
        for reason in (checks.reason(rule),)
    ]


def _hits(
    register: tuple[Household, ...], given: Given, only: Collection[str] | None
) -> Iterator[tuple[Rule, Household, Person | None, str]]:
    rules = {
        rule.code: rule
        for rule in given.checks.rules
        if rule.code not in given.checks.off and (only is None or rule.code in only)
    }
    of_person = [(rules[code], check) for code, check in OF_PERSON.items() if code in rules]
    of_household = [(rules[code], check) for code, check in OF_HOUSEHOLD.items() if code in rules]
    for household in register:
        for rule, check in of_household:
            if said := check(household, given):
                yield rule, household, None, said
        for person in household.members:
            years = age(person, given.on)
            for rule, asked in of_person:
                if said := asked(person, years, given):
                    yield rule, household, person, said
    for code, compared in OF_COUNTY.items():
        if code in rules:
            for found in compared(register, given):
                yield rules[code], *found
