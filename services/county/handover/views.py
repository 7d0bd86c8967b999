"""How the county's sheet and casework's register count the same households."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from kit.lists import Column, Listing


class CountedRow(BaseModel, frozen=True):
    """Households and persons of one category, identified in one year; each household once, by its
    latest identification. `own_households`: those that casework decided and the sheet has not; they
    are not among `casework_households`.
    """

    category: str
    year: int
    county_households: int
    county_persons: int
    casework_households: int
    casework_persons: int
    own_households: int

    @property
    def agrees(self) -> bool:
        ours = self.county_households, self.county_persons
        return ours == (self.casework_households, self.casework_persons)

    @property
    def verdict(self) -> str:
        if self.agrees:
            return "一致"
        households = self.casework_households - self.county_households
        persons = self.casework_persons - self.county_persons
        apart = ((households, "户"), (persons, "人"))
        said = [f"{'多' if n > 0 else '少'}{abs(n)}{unit}" for n, unit in apart if n]
        return f"监测帮扶{'、'.join(said)}"


@dataclass(frozen=True)
class Handover:
    """Where the move has come to. `rows`: identifications of the sheet; `waiting`: those of them that
    are not handed over, or were corrected since.
    """

    rows: int
    waiting: int
    counted: list[CountedRow]
    confirmed_on: date | None
    confirmed_by: str | None

    @property
    def handed(self) -> int:
        return self.rows - self.waiting

    @property
    def agrees(self) -> bool:
        """Everything was handed over, and both sides count the same."""
        return bool(self.rows) and not self.waiting and all(row.agrees for row in self.counted)


class HandoverView(BaseModel):
    rows: int
    waiting: int
    agrees: bool
    confirmed_on: date | None
    counted: list[CountedRow]


COUNTED: Listing[CountedRow] = Listing(
    [
        Column("category", "监测对象类别"),
        Column("year", "识别年份"),
        Column("county_households", "县级台账户数"),
        Column("casework_households", "监测帮扶户数"),
        Column("county_persons", "县级台账人数"),
        Column("casework_persons", "监测帮扶人数"),
        Column("verdict", "核对"),
        Column("own_households", "另有监测帮扶新识别户数"),
    ],
    fixed=2,
    numbered=True,
)
