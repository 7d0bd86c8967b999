"""What an export of the national system says otherwise than the register (A14). Nothing is
overwritten here: a person sees what is new, changed, gone and in conflict, and confirms.

Households are the same by their national number, without one by a person's ID number; persons by ID
number.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from rulebook.national.columns import NAME_OF
from rulebook.national.households import Household, Person

_HOUSEHOLD = [field.name for field in fields(Household) if field.name != "members"]
_PERSON = [field.name for field in fields(Person) if field.compare]


@dataclass(frozen=True)
class Change:
    """One field of a household, or of one of its persons (`person`: the key), before and after."""

    field: str
    before: Any
    after: Any
    person: str | None = None

    @property
    def column(self) -> str:
        """What the field is called in the export."""
        return NAME_OF[self.person is not None, self.field]


@dataclass(frozen=True)
class Changed:
    """A household that both have, and what is different."""

    here: Household
    there: Household
    changes: tuple[Change, ...]
    joined: tuple[Person, ...]
    left: tuple[Person, ...]


@dataclass(frozen=True)
class Conflict:
    """A household that nobody can take over before somebody has decided; `reason` is Chinese."""

    there: Household
    reason: str


@dataclass(frozen=True)
class Difference:
    new: tuple[Household, ...]
    changed: tuple[Changed, ...]
    gone: tuple[Household, ...]
    """Here and not in the export. They stay until somebody says what became of them."""
    conflicts: tuple[Conflict, ...]
    kept: tuple[Change, ...] = ()
    """What was changed here since the last import, and the export still says as it was then."""

    @property
    def nothing(self) -> bool:
        return not (self.new or self.changed or self.gone or self.conflicts)


def difference(
    here: Iterable[Household],
    there: Iterable[Household],
    *,
    before: Iterable[Household] = (),
    unread: Collection[str] = (),
) -> Difference:
    """The register `here` against the export `there`. `before`: what the last import said, so that a
    field that both have changed since is a conflict; `unread`: numbers of households in the export
    that could not be read, which are not gone.
    """
    comparison = _Comparison(list(here), list(there), {one.number: one for one in before})
    return comparison.made(frozenset(unread))


class _Comparison:
    def __init__(
        self, here: list[Household], there: list[Household], before: Mapping[str, Household]
    ) -> None:
        self.here, self.there, self.before = here, there, before
        self.by_number = {one.number: one for one in here if one.number}
        self.home = {
            member.id_number: one for one in here for member in one.members if member.id_number
        }
        self.there_by_number = {one.number: one for one in there}
        self.times = Counter(
            member.id_number for one in there for member in one.members if member.id_number
        )
        self.kept: list[Change] = []

    def made(self, unread: frozenset[str]) -> Difference:
        new: list[Household] = []
        changed: list[Changed] = []
        conflicts: list[Conflict] = []
        met: set[int] = set()
        for household in self.there:
            ours = self._ours(household)
            if ours:
                met.add(id(ours))
            try:
                self._judge(household, ours)
                if ours is None:
                    new.append(household)
                elif change := self._changed(ours, household):
                    changed.append(change)
            except _InConflict as conflict:
                conflicts.append(Conflict(household, str(conflict)))
        gone = (one for one in self.here if id(one) not in met and one.number not in unread)
        return Difference(
            tuple(new), tuple(changed), tuple(gone), tuple(conflicts), tuple(self.kept)
        )

    def _ours(self, household: Household) -> Household | None:
        """The household that is meant: by number, else the one without a number in which one of its
        persons lives.
        """
        if household.number in self.by_number:
            return self.by_number[household.number]
        homes = (self.home.get(one.id_number) for one in household.members if one.id_number)
        return next((home for home in homes if home and not home.number), None)

    def _judge(self, household: Household, ours: Household | None) -> None:
        """`_InConflict` where taking the household over would put somebody into two."""
        if ours and ours.number and ours.village != household.village:
            raise _InConflict(
                f"这里登记在{ours.village}，导出在{household.village}，请核对是否搬迁"
            )
        for person in household.members:
            number = person.id_number
            if number is None:
                continue
            if self.times[number] > 1:
                raise _InConflict(f"{_called(person)}在导出里同时在两户，请先在全国系统改正")
            home = self.home.get(number)
            if home and home is not ours and home.number not in self.there_by_number:
                at = f"户编号{home.number}" if home.number else "另一户"
                raise _InConflict(
                    f"{_called(person)}在这里属于{at}，请核对是否分户、并户或换了户编号"
                )

    def _changed(self, ours: Household, theirs: Household) -> Changed | None:
        then = self.before.get(theirs.number)
        changes = list(self._changes(ours, theirs, then, _HOUSEHOLD))
        old, new, was = map(_by_key, (ours, theirs, then))
        for key in old.keys() & new.keys():
            changes += self._changes(old[key], new[key], was.get(key), _PERSON, key)
        joined = tuple(new[key] for key in new if key not in old)
        left = tuple(old[key] for key in old if key not in new)
        if not (changes or joined or left):
            return None
        return Changed(ours, theirs, tuple(changes), joined, left)

    def _changes(
        self, ours: Any, theirs: Any, then: Any, names: list[str], person: str | None = None
    ) -> Iterator[Change]:
        if ours == theirs:
            return
        for name in names:
            old, new = getattr(ours, name), getattr(theirs, name)
            if old == new:
                continue
            change = Change(name, old, new, person)
            was = getattr(then, name) if then else old
            if was == new:
                self.kept.append(change)
            elif was != old:
                raise _InConflict(f"“{change.column}”两边都改过，请核对以哪边为准")
            else:
                yield change


class _InConflict(Exception):
    """Why, in Chinese."""


def _called(person: Person) -> str:
    return person.name or "一名家庭成员"


def _by_key(household: Household | None) -> dict[str, Person]:
    return {member.key: member for member in household.members} if household else {}
