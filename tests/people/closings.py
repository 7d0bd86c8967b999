"""Places that end, and who answers for them since (docs/domain/states.md#closing)."""

from datetime import date

from rulebook.months import month_of
from tests.people.county import GROUPS, group_of
from tests.people.owners import COUNTY_LEADER, OFFICE, UNIT_HEAD, VILLAGE, Owner


class Closings:
    """`ends`: place → its last month, and what it joins ("": nothing)."""

    def __init__(self) -> None:
        self.ends: dict[str, tuple[str, str]] = {}

    def closed(self, place: str, last_month: str, heir: str) -> None:
        """A place ends after that month. A village's groups end with it."""
        self.ends[place] = last_month, heir
        for group in GROUPS:
            if group[:12] == place:
                self.ends.setdefault(group, (last_month, ""))

    def answering(self, owner: Owner, on: date) -> Owner:
        """Who answers for a place that has ended: what it joined, or the office above it."""
        while self.has_ended(owner.place, on):
            heir = self.ends[owner.place][1]
            if heir:
                owner = Owner(owner.roles, heir)
            elif "/" in owner.place:
                owner = VILLAGE(owner.place[:12])
            else:  # what its head would sign, the county's leader signs
                owner = COUNTY_LEADER if owner.roles == UNIT_HEAD("").roles else OFFICE
        return owner

    def has_ended(self, place: str, on: date) -> bool:
        return place in self.ends and month_of(on) > self.ends[place][0]

    def home(self, household: str, on: date) -> str:
        """The group (`<village>/<group>`) where a household of the register is screened now, or
        `<village>/` where there is none.
        """
        place = group_of(household)
        while self.has_ended(place, on):
            place = self.ends[place][1] or f"{place[:12]}/"
        while self.has_ended(place[:12], on):
            place = f"{self.ends[place[:12]][1]}/"
        return place

    def unit_of(self, helper: str, on: date) -> str:
        """A helper goes with the unit; of one that joined none he stays, until others have his
        households.
        """
        unit = helper[:4]
        while self.has_ended(unit, on) and self.ends[unit][1]:
            unit = self.ends[unit][1]
        return unit
