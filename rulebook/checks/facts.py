"""What a check looked at when it found something: its answer "right as it is" holds until that changes.

A check is asked once more, of stand-ins that note what is read of them. An age is no fact of its own,
the day of birth is; the same of days and months that have passed.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from rulebook.checks.declared import OF_HOUSEHOLD, OF_PERSON, Given, age
from rulebook.national.households import Household, Person


@dataclass(frozen=True)
class _Noting:
    """Stands in for a row; `notes` gathers whose field had which value."""

    _of: Any
    _called: str
    _notes: set[str]

    def __getattr__(self, name: str) -> Any:
        value, called = getattr(self._of, name), f"{self._called}.{name}"
        if isinstance(value, Person):
            return _Noting(value, called, self._notes)
        if isinstance(value, tuple) and any(isinstance(one, Person) for one in value):
            return tuple(_Noting(one, f"{called}/{one.key}", self._notes) for one in value)
        if not callable(value):
            self._notes.add(f"{called}={value!r}")
        return value


class _GivenNoting:
    """What is the same for everybody, of which the line of the year is a fact; the day is none."""

    def __init__(self, given: Given, notes: set[str]) -> None:
        self._given, self._notes = given, notes

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._given, name)
        if name == "line":
            self._notes.add(f"line={value}")
        return value


def facts_of(
    code: str, household: Household, person: Person | None, said: str, given: Given
) -> str:
    """SHA-256 of all that the check read. Of a check between households what it said: it names no day."""
    notes: set[str] = set()
    heard: Any = _GivenNoting(given, notes)
    if person is not None and code in OF_PERSON:
        one: Any = _Noting(person, "person", notes)
        OF_PERSON[code](one, age(one, given.on), heard)
    elif code in OF_HOUSEHOLD:
        whole: Any = _Noting(household, "household", notes)
        OF_HOUSEHOLD[code](whole, heard)
        if code == "INCLUDED_LATE":
            notes.add(f"lead={given.leads.get(household.number)}")
    else:
        notes.add(said)
    return sha256("\n".join(sorted(notes)).encode()).hexdigest()
