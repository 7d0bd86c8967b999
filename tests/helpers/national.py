"""An invented county as the national system's export has it. Nobody in it exists: ID numbers begin with
99, telephones with 1600000.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from rulebook.ids import make_id
from rulebook.national.codes import (
    CertificateKind,
    Development,
    Education,
    EliminationMode,
    Extreme,
    Gender,
    Health,
    HouseholdKind,
    Labour,
    MoreCause,
    Relationship,
    Student,
    Subsistence,
)
from rulebook.national.households import Household, Person
from schemas.codes import RiskCause, Stratum

ON, LINE = date(2026, 9, 18), 7200_00
COUNTY, YEAR = "守望县", 2026
AREA = "990121"
SURNAMES = "祝白石云山江河林松竹梅兰春夏秋冬"
GIVEN = "长远平安青禾望归明月晨星清泉小满谷雨"
TOWNSHIPS = {"河湾镇": ("石桥村", "柳林村", "上坝村"), "青山乡": ("云上村", "竹沟村", "白岩村")}
AREAS = ("cropland", "forest", "returned_forest", "orchard", "pasture", "ponds")


class Registry:
    """Gives everybody a number of his own."""

    def __init__(self, seed: int = 1, area: str = AREA) -> None:
        self.random, self.area = Random(seed), area
        self._seen: Counter[tuple[date, Gender]] = Counter()

    def id_number(self, born: date, gender: Gender) -> str:
        """With the right check character; odd for men."""
        self._seen[born, gender] += 1
        return make_id(self.area, born, 2 * self._seen[born, gender] - (gender is Gender.MALE))

    def person(self, years: int, relationship: Relationship, **more: Any) -> Person:
        """Healthy and in order at that age; `level` makes it a disability certificate."""
        born = date(ON.year - years, 1, 1) + timedelta(days=self.random.randrange(250))
        gender = more.pop("gender", self.random.choice(list(Gender)))
        number, level = self.id_number(born, gender), more.pop("level", None)
        name = self.random.choice(SURNAMES) + "".join(self.random.sample(GIVEN, 2))
        kind = CertificateKind.DISABILITY if level else CertificateKind.RESIDENT
        usual = {
            "name": name,
            "certificate": f"{number}4{level}" if level else number,
            "certificate_kind": kind,
            "gender": gender,
            "born": born,
            "ethnicity": "汉族",
            "relationship": relationship,
            "health": (Health.DISABLED,) if level else (Health.HEALTHY,),
            "residents_insurance": True,
            "employees_insurance": False,
            "serious_illness_insurance": True,
            "medical_aid": False,
            "pension": years >= 16,
            "subsistence": Subsistence.NONE,
            "extreme": Extreme.NONE,
        }
        return Person(**usual | _at_age(years) | more)


def _at_age(years: int) -> dict[str, Any]:
    """What somebody does at an age: school, work, or rest."""
    if years < 7:
        return {"student": Student.UNDER_AGE, "labour": Labour.NONE}
    if years < 13:
        return {"student": Student.PRIMARY, "labour": Labour.NONE}
    if years < 16:
        return {"student": Student.GRADE_8, "labour": Labour.NONE}
    if years < 19:
        return {"student": Student.SENIOR_2, "labour": Labour.NONE}
    if years < 23:
        return {"student": Student.UNIVERSITY_2, "labour": Labour.NONE}
    if years < 60:
        return {"education": Education.JUNIOR, "labour": Labour.ORDINARY}
    return {"education": Education.PRIMARY, "labour": Labour.WEAK}


def household(number: int, members: tuple[Person, ...], **more: Any) -> Household:
    """Ex-poor, not monitored, over the line, housed."""
    township = list(TOWNSHIPS)[number % 2]
    usual: dict[str, Any] = {
        "county": COUNTY,
        "township": township,
        "village": TOWNSHIPS[township][number % 3],
        "number": f"99{number:010}",
        "kind": HouseholdKind.EX_POOR,
        "phone": f"1600000{number % 10_000:04}",
        "house_unsafe": False,
        "house_area": Decimal("96.5"),
        "water_safe": True,
        "toilet": True,
        "road_hardened": True,
        "road_distance": Decimal("1.2"),
        "wage": 24_000_00,
        "business": 6_000_00,
        "transfer": 1_800_50,
        "self_paid": 0,
        "per_head": 11_350_25,
        "members": members,
    }
    usual |= {area: Decimal(at) for at, area in enumerate(AREAS)}
    return Household(**usual | more)


def at_risk(one: Household, cause: Any, **more: Any) -> Household:
    """Monitored since spring for this cause, with a development measure."""
    usual: dict[str, Any] = {
        "category": Stratum.UNSTABLE_EX_POOR,
        "identified": "2026-01",
        "eliminated": False,
        "causes": (cause,),
        "per_head": 6_120_00,
        "development": Development.DONE,
        "industry_help": ("小额种养奖补",),
        "no_labour_marked": False,
        "collector": "祝山",
        "collector_phone": "16000009999",
    }
    return replace(one, **usual | more)


def eliminated(one: Household, **more: Any) -> Household:
    """Helped for ten months, and over the line since."""
    usual: dict[str, Any] = {
        "identified": "2024-03",
        "eliminated": True,
        "eliminated_in": "2025-01",
        "eliminated_by": EliminationMode.HELPED,
        "per_head": 9_800_00,
        "house_lost": False,
        "water_lost": False,
        "school_lost": False,
    }
    return replace(at_risk(one, RiskCause.UNSTABLE_EMPLOYMENT, **_employed()), **usual | more)


def _employed() -> dict[str, Any]:
    return {"employment_help": ("务工信息推送", "技能培训")}


def family(registry: Registry, *more: Person) -> tuple[Person, ...]:
    """A head and a spouse who work, and a child at school."""
    random = registry.random
    return (
        registry.person(random.randrange(30, 55), Relationship.HEAD),
        registry.person(random.randrange(30, 55), Relationship.SPOUSE),
        registry.person(random.randrange(8, 15), Relationship.SON),
        *more,
    )


def _ill(registry: Registry, number: int) -> Household:
    ill = registry.random.choice([Health.CHRONIC, Health.SERIOUS])
    patient = registry.person(68, Relationship.MOTHER, health=(ill,), medical_aid=True)
    one = household(number, family(registry, patient), self_paid=12_400_00)
    return at_risk(one, RiskCause.ILLNESS, health_help=("医疗救助",))


def _studying(registry: Registry, number: int) -> Household:
    student = registry.person(registry.random.choice([17, 21]), Relationship.DAUGHTER)
    one = household(number, family(registry, student))
    return at_risk(one, RiskCause.EDUCATION, education_help=("助学金",))


def _disabled(registry: Registry, number: int) -> Household:
    level = registry.random.randrange(1, 5)
    aid = {"subsistence": Subsistence.RURAL} if level <= 2 else {}
    one = household(
        number, family(registry, registry.person(66, Relationship.FATHER, level=level, **aid))
    )
    net = ("残疾人两项补贴", "农村低保") if aid else ("残疾人两项补贴",)
    return at_risk(one, RiskCause.DISABILITY, safety_net=net)


def _employment(registry: Registry, number: int) -> Household:
    one = household(number, family(registry), kind=HouseholdKind.RURAL)
    return at_risk(one, RiskCause.UNSTABLE_EMPLOYMENT, category=Stratum.MARGINAL, **_employed())


def _elderly(registry: Registry, number: int) -> Household:
    old = {"labour": Labour.LOST, "subsistence": Subsistence.RURAL}
    members = (
        registry.person(74, Relationship.HEAD, **old),
        registry.person(72, Relationship.SPOUSE, **old),
    )
    return at_risk(
        household(number, members),
        RiskCause.LABOUR_SHORTAGE,
        development=Development.NOT_DONE,
        industry_help=(),
        safety_net=("农村低保",),
        no_labour_marked=True,
    )


def _housing(registry: Registry, number: int) -> Household:
    one = household(number, family(registry), house_unsafe=True)
    return at_risk(one, MoreCause.HOUSING_UNSAFE, housing_help=("危房改造",))


def _water(registry: Registry, number: int) -> Household:
    one = household(number, family(registry), water_safe=False)
    return at_risk(one, MoreCause.WATER_UNSAFE, water_help=("管网延伸",))


def _sudden(registry: Registry, number: int) -> Household:
    one = household(number, family(registry), kind=HouseholdKind.RURAL)
    return at_risk(
        one,
        RiskCause.NATURAL_DISASTER,
        category=Stratum.SUDDEN_HARDSHIP,
        per_head=8_050_00,
        social_help=("临时救助",),
    )


def _helped(registry: Registry, number: int) -> Household:
    return eliminated(household(number, family(registry)))


def _stable(registry: Registry, number: int) -> Household:
    return household(number, family(registry))


SORTS: tuple[Callable[[Registry, int], Household], ...] = (
    _ill,
    _studying,
    _disabled,
    _employment,
    _elderly,
    _housing,
    _water,
    _sudden,
    _helped,
    _stable,
)


def invented_county(households: int = 3_000, seed: int = 2026) -> list[Household]:
    """Of every sort of household some; in none of them is anything wrong."""
    registry = Registry(seed)
    return [registry.random.choice(SORTS)(registry, number) for number in range(1, households + 1)]
