"""The persons of a household: who they are, how old on a day."""

from dataclasses import dataclass
from datetime import date

ADULT = 18
SCHOOL = range(6, 16)  # compulsory schooling (控辍保学)


@dataclass(frozen=True)
class Person:
    """One of a household. `key` says in forms who is meant, and holds no number; `born` None: no ID
    number and nobody has said.
    """

    key: str
    name: str
    relationship: str
    id_number: str | None = None
    born: date | None = None

    def age(self, on: date) -> int | None:
        """In full years; None: not known."""
        if self.born is None:
            return None
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def is_adult(self, on: date) -> bool | None:
        age = self.age(on)
        return None if age is None else age >= ADULT

    def is_of_school_age(self, on: date) -> bool:
        """Six to fifteen: in school, or somebody says why not."""
        return self.age(on) in SCHOOL
