"""Households and persons as the national system's export has them (A14).

None is an empty cell. Money is in fen, area in mu, months are "YYYY-MM". A list is a code where a
rule judges it and else the text as it stands.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rulebook.ids import birth_date
from rulebook.national.codes import (
    EXTREME_WORDS,
    SUBSISTENCE_WORDS,
    Cause,
    CertificateKind,
    Development,
    Education,
    EliminationMode,
    Extreme,
    Gender,
    Health,
    HouseholdKind,
    Labour,
    OutOfSchool,
    Relationship,
    Student,
    Subsistence,
)
from schemas.codes import Stratum

LEVELS = "一二三四1234"
LEVEL = re.compile(f"([{LEVELS}])级")
SIX_NINES = "999999"  # what stands where somebody had no number to type


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str | None = None
    certificate: str | None = None
    """18 characters, or 20 and more of a disability certificate, whose last ones are kind and level."""
    certificate_kind: CertificateKind | str | None = None
    gender: Gender | None = None
    born: date | None = None
    ethnicity: str | None = None
    relationship: Relationship | str | None = None
    education: Education | str | None = None
    student: Student | str | None = None
    dropout_reason: OutOfSchool | str | None = None
    unschooled_reason: OutOfSchool | str | None = None
    health: tuple[Health | str, ...] = ()
    labour: Labour | str | None = None
    work_place: str | None = None
    work_channel: str | None = None
    post_months: int | None = None
    phone: str | None = None
    residents_insurance: bool | None = None
    employees_insurance: bool | None = None
    serious_illness_insurance: bool | None = None
    medical_aid: bool | None = None
    pension: bool | None = None
    subsistence: Subsistence | str | None = None
    extreme: Extreme | str | None = None
    disability: str | None = field(default=None, compare=False)
    """残疾类别等级 in words, as a county's own sheet has it; the export knows the certificate alone."""

    @property
    def id_number(self) -> str | None:
        """The 18 characters of an ID number that may be somebody's."""
        if not self.certificate or self.certificate.startswith(SIX_NINES):
            return None
        number = self.certificate[:18]
        return number if len(number) == 18 and number[:17].isdigit() else None

    @property
    def key(self) -> str:
        """Who it is within a county; without a number, by name and day of birth."""
        return self.id_number or f"{self.name or ''}/{self.born or ''}"

    @property
    def birthday(self) -> date | None:
        """As the number says; without one, as the export says."""
        return birth_date(self.id_number) if self.id_number else self.born

    @property
    def disability_level(self) -> int | None:
        """1–4, of a disability certificate, or as it is said; 1 and 2 are severe (D1)."""
        level = (self.certificate or "")[19:20]
        if level.isdigit():
            return int(level)
        said = LEVEL.search(self.disability or "")
        return LEVELS.index(said[1]) % 4 + 1 if said else None

    @property
    def works_away(self) -> bool:
        return bool(self.work_place or self.work_channel)

    @property
    def able(self) -> bool:
        """Whether he counts as labour of the household."""
        return isinstance(self.labour, Labour) and self.labour.works

    @property
    def healthy(self) -> bool:
        return self.health == (Health.HEALTHY,)

    @property
    def disabled(self) -> bool:
        return Health.DISABLED in self.health or self.disability_level is not None

    @property
    def gets_subsistence(self) -> bool:
        return self.subsistence in (Subsistence.RURAL, Subsistence.URBAN)

    @property
    def gets_extreme(self) -> bool:
        return self.extreme in (Extreme.RURAL, Extreme.URBAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    county: str
    township: str
    village: str
    number: str
    kind: HouseholdKind | str | None = None
    category: Stratum | None = None
    """None: not monitored."""
    identified: str | None = None
    eliminated: bool | None = None
    eliminated_in: str | None = None
    eliminated_by: EliminationMode | str | None = None
    causes: tuple[Cause, ...] = ()
    phone: str | None = None
    house_unsafe: bool | None = None
    house_area: Decimal | None = None
    water_safe: bool | None = None
    toilet: bool | None = None
    road_hardened: bool | None = None
    road_distance: Decimal | None = None
    cropland: Decimal | None = None
    forest: Decimal | None = None
    returned_forest: Decimal | None = None
    orchard: Decimal | None = None
    pasture: Decimal | None = None
    ponds: Decimal | None = None
    wage: int | None = None
    business: int | None = None
    transfer: int | None = None
    self_paid: int | None = None
    per_head: int | None = None
    development: Development | str | None = None
    industry_help: tuple[str, ...] = ()
    employment_help: tuple[str, ...] = ()
    finance_help: tuple[str, ...] = ()
    post_help: tuple[str, ...] = ()
    education_help: tuple[str, ...] = ()
    schooling_help: tuple[str, ...] = ()
    health_help: tuple[str, ...] = ()
    housing_help: tuple[str, ...] = ()
    water_help: tuple[str, ...] = ()
    resettlement: tuple[str, ...] = ()
    infrastructure: tuple[str, ...] = ()
    living_conditions: tuple[str, ...] = ()
    safety_net: tuple[str, ...] = ()
    social_help: tuple[str, ...] = ()
    no_labour_marked: bool | None = None
    collector: str | None = None
    collector_phone: str | None = None
    house_lost: bool | None = None
    water_lost: bool | None = None
    school_lost: bool | None = None
    members: tuple[Person, ...] = ()

    @property
    def monitored(self) -> bool:
        return self.category is not None

    @property
    def at_risk(self) -> bool:
        """Monitored, and the risk not eliminated."""
        return self.monitored and not self.eliminated

    @property
    def ex_poor(self) -> bool:
        return isinstance(self.kind, HouseholdKind) and self.kind.ex_poor

    @property
    def head(self) -> Person | None:
        """The one person called so; None for nobody or several."""
        heads = [one for one in self.members if one.relationship == Relationship.HEAD]
        return heads[0] if len(heads) == 1 else None

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure, whatever its kind."""
        return (*self.development_measures, *self.other_measures)

    @property
    def development_measures(self) -> tuple[str, ...]:
        """产业, 就业, 金融, 公益岗位 (D1 measure_family)."""
        return self.industry_help + self.employment_help + self.finance_help + self.post_help

    @property
    def other_measures(self) -> tuple[str, ...]:
        schooling = self.education_help + self.schooling_help
        living = self.housing_help + self.water_help + self.resettlement
        common = self.infrastructure + self.living_conditions
        return schooling + self.health_help + living + common + self.safety_net + self.social_help

    @property
    def subsistence_measure(self) -> bool:
        return self._has_measure(SUBSISTENCE_WORDS)

    @property
    def extreme_measure(self) -> bool:
        return self._has_measure(EXTREME_WORDS)

    def _has_measure(self, words: tuple[str, ...]) -> bool:
        return any(word in measure for measure in self.safety_net for word in words)
