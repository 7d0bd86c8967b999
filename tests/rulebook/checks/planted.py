"""For each data check a household with that one error, and one that comes close and has none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from rulebook.ids import make_id
from rulebook.national.codes import (
    Development,
    EliminationMode,
    Extreme,
    Gender,
    Health,
    HouseholdKind,
    Labour,
    MoreCause,
    OutOfSchool,
    Relationship,
    Student,
    Subsistence,
)
from rulebook.national.households import Household, Person
from schemas.codes import RiskCause, Stratum
from tests.helpers import national
from tests.helpers.national import Registry

Make = Callable[["Builder"], Household]
LEAD = date(2026, 2, 10)


class Builder:
    """Makes households in order, with people of its own."""

    def __init__(self, number: int, seed: int = 1) -> None:
        self.number = number
        self.registry = Registry(seed * 10_000 + number, area=f"99{number % 10_000:04}")

    def plain(self, *more: Person, **changes: Any) -> Household:
        """Ex-poor and not monitored: head, spouse, a child at school, and who is added."""
        return national.household(self.number, national.family(self.registry, *more), **changes)

    def at_risk(
        self, *more: Person, cause: Any = RiskCause.INDUSTRY_FAILURE, **changes: Any
    ) -> Household:
        return national.at_risk(self.plain(*more), cause, **changes)

    def eliminated(self, **changes: Any) -> Household:
        return national.eliminated(self.plain(), **changes)

    def elderly(self, **changes: Any) -> Household:
        """A couple without labour, monitored and marked so."""
        return replace(national._elderly(self.registry, self.number), **changes)

    def person(self, years: int, relationship: Any = Relationship.OTHER, **changes: Any) -> Person:
        return self.registry.person(years, relationship, **changes)

    def with_one(self, years: int, **changes: Any) -> Household:
        return self.plain(self.person(years, **changes))

    def head(self, **changes: Any) -> Household:
        one = self.plain()
        return replace(one, members=(replace(one.members[0], **changes), *one.members[1:]))

    def without_spouse(self, **changes: Any) -> Household:
        one = self.at_risk(**changes)
        return replace(one, members=(one.members[0],))


NO_SCHOOL = {"student": None, "education": None}
RURAL = {"kind": HouseholdKind.RURAL, "category": Stratum.MARGINAL}
NET = ("农村低保",)
SUBSISTENCE = {"subsistence": Subsistence.RURAL}
EXTREME = {"extreme": Extreme.RURAL}
OLD = {"labour": Labour.WEAK}
C = RiskCause

HITS: dict[str, Make] = {
    # One person.
    "ID_MISSING": lambda b: b.head(certificate=None),
    "ID_PLACEHOLDER": lambda b: b.head(certificate="999999198001010011"),
    "BORN_DIFFERS": lambda b: b.head(born=date(1985, 12, 31)),
    "GENDER_DIFFERS": lambda b: b.with_one(
        40,
        gender=Gender.MALE,
        certificate=make_id("990199", date(1986, 3, 1), 2),
        born=date(1986, 3, 1),
    ),
    "BORN_IMPOSSIBLE": lambda b: b.with_one(125, labour=Labour.WEAK),
    "RELATIONSHIP_MISSING": lambda b: b.plain(b.person(40, None)),
    "HEALTH_MISSING": lambda b: b.head(health=()),
    "HEALTH_CONTRADICTS": lambda b: b.head(health=(Health.HEALTHY, Health.CHRONIC)),
    "DISABLED_BUT_NOT_SAID": lambda b: b.with_one(50, level=3, health=(Health.CHRONIC,)),
    "LABOUR_MISSING": lambda b: b.head(labour=None),
    "NO_LABOUR_THOUGH_ABLE": lambda b: b.with_one(40, labour=Labour.NONE),
    "LABOUR_TOO_OLD": lambda b: b.with_one(82, labour=Labour.SKILLED),
    "CHILD_WORKS": lambda b: b.with_one(14, work_place="县外"),
    "WORKS_WITHOUT_LABOUR": lambda b: b.with_one(66, labour=Labour.LOST, work_place="县内"),
    "POST_MONTHS_IMPOSSIBLE": lambda b: b.head(post_months=13),
    "MEMBER_PHONE_WRONG": lambda b: b.head(phone="1600000"),
    "EDUCATION_AND_STUDENT": lambda b: b.head(student=Student.MASTER),
    "SCHOOLING_MISSING": lambda b: b.head(education=None),
    "NOT_AT_SCHOOL": lambda b: b.with_one(9, **NO_SCHOOL),
    "PRESCHOOL_TOO_OLD": lambda b: b.with_one(8, student=Student.KINDERGARTEN),
    "SENIOR_SCHOOL_AGE": lambda b: b.with_one(14, student=Student.VOCATIONAL_1),
    "POSTGRADUATE_TOO_YOUNG": lambda b: b.with_one(19, student=Student.MASTER),
    "LEFT_SCHOOL_ILL_BUT_HEALTHY": lambda b: b.with_one(
        9, student=None, unschooled_reason=OutOfSchool.ILLNESS
    ),
    "INSURANCE_UNKNOWN": lambda b: b.head(residents_insurance=None, employees_insurance=None),
    "UNINSURED": lambda b: b.head(residents_insurance=False),
    "INSURED_TWICE": lambda b: b.head(employees_insurance=True),
    "BOTH_ALLOWANCES": lambda b: b.with_one(66, **SUBSISTENCE, **EXTREME),
    "EXTREME_WORKS": lambda b: b.with_one(66, **EXTREME, work_place="县内"),
    "EXTREME_THOUGH_ABLE": lambda b: b.with_one(40, **EXTREME),
    # One household: empty or impossible.
    "AREA_IMPOSSIBLE": lambda b: b.plain(cropland=Decimal(-1), forest=Decimal("100.5")),
    "HOUSE_AREA_IMPOSSIBLE": lambda b: b.plain(house_area=Decimal(0)),
    "ROAD_IMPOSSIBLE": lambda b: b.plain(road_distance=Decimal(800)),
    "WAGE_TOO_SMALL": lambda b: b.plain(wage=3_50),
    "WAGE_TOO_LARGE": lambda b: b.plain(wage=30_000_00 * 12 * 2 + 1),
    "INCOME_MISSING": lambda b: b.plain(per_head=None),
    "PHONE_WRONG": lambda b: b.plain(phone="没有"),
    "PHONE_MISSING": lambda b: b.plain(phone=None),
    "LIVING_UNKNOWN": lambda b: b.plain(water_safe=None),
    "COLLECTOR_MISSING": lambda b: b.at_risk(collector_phone=None),
    "CAUSE_MISSING": lambda b: b.at_risk(causes=()),
    "CAUSE_TWICE": lambda b: b.at_risk(causes=(C.INDUSTRY_FAILURE, C.INDUSTRY_FAILURE)),
    # Within the household.
    "HEAD_NOT_ONE": lambda b: b.plain(b.person(40, Relationship.HEAD)),
    "HEAD_UNDER_AGE": lambda b: replace(b.plain(), members=(b.person(14, Relationship.HEAD),)),
    "CATEGORY_AGAINST_KIND": lambda b: b.at_risk(category=Stratum.MARGINAL),
    "ILLNESS_WITHOUT_PATIENT": lambda b: b.at_risk(
        cause=C.ILLNESS, health_help=("医疗救助",), self_paid=1
    ),
    "ILLNESS_WITHOUT_COST": lambda b: b.at_risk(
        b.person(66, health=(Health.SERIOUS,)), cause=C.ILLNESS, health_help=("医疗救助",)
    ),
    "DISABILITY_WITHOUT_ANYBODY": lambda b: b.at_risk(cause=C.DISABILITY, safety_net=("临时救助",)),
    "EDUCATION_WITHOUT_STUDENT": lambda b: b.without_spouse(
        cause=C.EDUCATION, education_help=("助学金",)
    ),
    "EMPLOYMENT_WITHOUT_LABOUR": lambda b: b.elderly(
        causes=(C.UNSTABLE_EMPLOYMENT,), employment_help=("技能培训",), development=Development.DONE
    ),
    "LABOUR_NOT_SHORT": lambda b: b.at_risk(cause=C.LABOUR_SHORTAGE),
    "HOUSE_UNSAFE_NOT_BLAMED": lambda b: b.at_risk(house_unsafe=True),
    "WATER_UNSAFE_NOT_BLAMED": lambda b: b.at_risk(water_safe=False),
    "SUBSISTENCE_NOT_A_MEASURE": lambda b: b.at_risk(b.person(66, **SUBSISTENCE)),
    "SUBSISTENCE_ONLY_A_MEASURE": lambda b: b.at_risk(safety_net=("享受最低生活保障",)),
    "EXTREME_NOT_A_MEASURE": lambda b: b.at_risk(b.person(66, **EXTREME)),
    "EXTREME_ONLY_A_MEASURE": lambda b: b.at_risk(safety_net=("特困供养",)),
    "SEVERE_WITHOUT_ALLOWANCE": lambda b: b.at_risk(b.person(50, level=1)),
    "NO_LABOUR_NOT_MARKED": lambda b: b.elderly(no_labour_marked=False),
    "MARKED_WITH_LABOUR": lambda b: b.at_risk(no_labour_marked=True),
    "POST_WITHOUT_MONTHS": lambda b: b.at_risk(post_help=("护林员",)),
    "MONTHS_WITHOUT_POST": lambda b: b.at_risk(b.person(50, post_months=6)),
    # Cause against measure.
    "ILLNESS_UNANSWERED": lambda b: b.at_risk(
        b.person(66, health=(Health.CHRONIC,)), cause=C.ILLNESS, self_paid=9_000_00
    ),
    "EDUCATION_UNANSWERED": lambda b: b.at_risk(cause=C.EDUCATION),
    "DISABILITY_UNANSWERED": lambda b: b.at_risk(b.person(50, level=3), cause=C.DISABILITY),
    "HOUSING_UNANSWERED": lambda b: b.at_risk(cause=MoreCause.HOUSING_UNSAFE, house_unsafe=True),
    "WATER_UNANSWERED": lambda b: b.at_risk(cause=MoreCause.WATER_UNSAFE, water_safe=False),
    "INDUSTRY_UNANSWERED": lambda b: b.at_risk(industry_help=(), employment_help=("技能培训",)),
    "EMPLOYMENT_UNANSWERED": lambda b: b.at_risk(cause=C.UNSTABLE_EMPLOYMENT),
    # Time.
    "IDENTIFIED_MISSING": lambda b: b.at_risk(identified=None),
    "IDENTIFIED_IN_FUTURE": lambda b: b.at_risk(identified="2026-10"),
    "ELIMINATED_IN_FUTURE": lambda b: b.eliminated(eliminated_in="2026-12"),
    "RISK_STATE_MISSING": lambda b: b.at_risk(eliminated=None),
    "ELIMINATION_INCOMPLETE": lambda b: b.eliminated(eliminated_by=None),
    "ELIMINATION_NOT_SAID": lambda b: b.at_risk(eliminated_in="2026-08"),
    "ELIMINATED_BEFORE_IDENTIFIED": lambda b: b.eliminated(eliminated_in="2023-12"),
    "ELIMINATED_TOO_EARLY": lambda b: b.eliminated(eliminated_in="2024-08"),
    "ELIMINATED_WITHOUT_HELP": lambda b: b.eliminated(
        industry_help=(), employment_help=(), development=Development.NOT_DONE
    ),
    "ELIMINATED_WITHOUT_LABOUR": lambda b: b.elderly(
        identified="2024-03",
        eliminated=True,
        eliminated_in="2025-01",
        eliminated_by=EliminationMode.HELPED,
        per_head=9_000_00,
        house_lost=False,
        water_lost=False,
        school_lost=False,
    ),
    "ELIMINATED_WITHOUT_FIGURES": lambda b: b.eliminated(house_lost=None),
    "NO_MEASURE": lambda b: b.at_risk(
        identified="2026-07", industry_help=(), development=Development.NOT_DONE
    ),
    "NO_DEVELOPMENT_MEASURE": lambda b: b.at_risk(
        cause=C.OTHER, industry_help=(), social_help=("临时救助",), development=Development.NOT_DONE
    ),
    "DEVELOPMENT_DIFFERS": lambda b: b.at_risk(development=Development.NOT_DONE),
    # Status: leads.
    "HOUSE_UNSAFE_AGAIN": lambda b: b.eliminated(house_lost=True),
    "WATER_UNSAFE_AGAIN": lambda b: b.eliminated(water_safe=False),
    "SCHOOL_LEFT_AGAIN": lambda b: b.eliminated(school_lost=True),
    "INCOME_BELOW_AGAIN": lambda b: b.eliminated(per_head=7_199_99),
    "SUDDEN_BELOW_LINE": lambda b: b.at_risk(category=Stratum.SUDDEN_HARDSHIP, per_head=7_199_99),
    "NOT_INCLUDED_BY_INCOME": lambda b: b.plain(per_head=7_199_99),
    "NOT_INCLUDED_BY_LIVING": lambda b: b.plain(house_unsafe=True),
    "HELPED_OUTSIDE": lambda b: b.plain(kind=HouseholdKind.RURAL, social_help=("临时救助",)),
    "INCLUDED_LATE": lambda b: b.at_risk(identified="2026-04"),
}
NEAR: dict[str, Make] = {
    "ID_MISSING": lambda b: b.plain(),
    "ID_PLACEHOLDER": lambda b: b.with_one(
        40,
        certificate=make_id("999998", date(1986, 3, 1), 1),
        born=date(1986, 3, 1),
        gender=Gender.MALE,
    ),
    "BORN_DIFFERS": lambda b: b.head(born=None),
    "GENDER_DIFFERS": lambda b: b.head(gender=None),
    "BORN_IMPOSSIBLE": lambda b: b.with_one(119, labour=Labour.WEAK),
    "RELATIONSHIP_MISSING": lambda b: b.plain(b.person(40, "之表兄")),
    "HEALTH_MISSING": lambda b: b.head(health=("其他病",)),
    "HEALTH_CONTRADICTS": lambda b: b.head(health=(Health.SERIOUS, Health.CHRONIC)),
    "DISABLED_BUT_NOT_SAID": lambda b: b.with_one(50, level=3),
    "LABOUR_MISSING": lambda b: b.with_one(14, labour=None),
    "NO_LABOUR_THOUGH_ABLE": lambda b: b.with_one(60, labour=Labour.NONE),
    "LABOUR_TOO_OLD": lambda b: b.with_one(82, **OLD),
    "CHILD_WORKS": lambda b: b.with_one(
        24, work_place="县外", student=None, education="初中", labour=Labour.ORDINARY
    ),
    "WORKS_WITHOUT_LABOUR": lambda b: b.with_one(66, labour=Labour.WEAK, work_place="县内"),
    "POST_MONTHS_IMPOSSIBLE": lambda b: b.head(post_months=12),
    "MEMBER_PHONE_WRONG": lambda b: b.head(phone="0999-1234567"),
    "EDUCATION_AND_STUDENT": lambda b: b.plain(),
    "SCHOOLING_MISSING": lambda b: b.head(education=None, dropout_reason=OutOfSchool.OTHER),
    "NOT_AT_SCHOOL": lambda b: b.with_one(9, **NO_SCHOOL, unschooled_reason=OutOfSchool.DEFERRED),
    "PRESCHOOL_TOO_OLD": lambda b: b.with_one(6, student=Student.KINDERGARTEN),
    "SENIOR_SCHOOL_AGE": lambda b: b.with_one(15, student=Student.VOCATIONAL_1),
    "POSTGRADUATE_TOO_YOUNG": lambda b: b.with_one(22, student=Student.MASTER),
    "LEFT_SCHOOL_ILL_BUT_HEALTHY": lambda b: b.with_one(
        9, student=None, unschooled_reason=OutOfSchool.ILLNESS, health=(Health.SERIOUS,)
    ),
    "INSURANCE_UNKNOWN": lambda b: b.head(employees_insurance=None),
    "UNINSURED": lambda b: b.head(residents_insurance=False, employees_insurance=True),
    "INSURED_TWICE": lambda b: b.head(residents_insurance=False, employees_insurance=True),
    "BOTH_ALLOWANCES": lambda b: b.with_one(66, **SUBSISTENCE),
    "EXTREME_WORKS": lambda b: b.with_one(66, **SUBSISTENCE, work_place="县内"),
    "EXTREME_THOUGH_ABLE": lambda b: b.with_one(66, **EXTREME),
    "AREA_IMPOSSIBLE": lambda b: b.plain(cropland=Decimal(0), forest=Decimal(100), pasture=None),
    "HOUSE_AREA_IMPOSSIBLE": lambda b: b.plain(house_area=Decimal(500)),
    "ROAD_IMPOSSIBLE": lambda b: b.plain(road_distance=Decimal(0)),
    "WAGE_TOO_SMALL": lambda b: b.plain(wage=0),
    "WAGE_TOO_LARGE": lambda b: b.plain(wage=30_000_00 * 12 * 2),
    "INCOME_MISSING": lambda b: b.plain(per_head=8_000_00),
    "PHONE_WRONG": lambda b: b.plain(phone="0999-1234567"),
    "PHONE_MISSING": lambda b: replace(b.head(phone="16000000123"), phone=None),
    "LIVING_UNKNOWN": lambda b: b.plain(toilet=None),
    "COLLECTOR_MISSING": lambda b: b.plain(collector=None),
    "CAUSE_MISSING": lambda b: b.plain(),
    "CAUSE_TWICE": lambda b: b.at_risk(causes=(C.INDUSTRY_FAILURE, C.OTHER)),
    "HEAD_NOT_ONE": lambda b: b.plain(b.person(40)),
    "HEAD_UNDER_AGE": lambda b: replace(b.plain(), members=(b.person(17, Relationship.HEAD),)),
    "CATEGORY_AGAINST_KIND": lambda b: b.at_risk(**RURAL),
    "ILLNESS_WITHOUT_PATIENT": lambda b: b.at_risk(
        b.person(66, health=(Health.CHRONIC,)),
        cause=C.ILLNESS,
        health_help=("医疗救助",),
        self_paid=1,
    ),
    "ILLNESS_WITHOUT_COST": lambda b: b.at_risk(
        b.person(66, health=(Health.SERIOUS,)),
        cause=C.ILLNESS,
        health_help=("医疗救助",),
        self_paid=1,
    ),
    "DISABILITY_WITHOUT_ANYBODY": lambda b: b.at_risk(
        b.person(50, level=4), cause=C.DISABILITY, safety_net=("临时救助",)
    ),
    "EDUCATION_WITHOUT_STUDENT": lambda b: b.at_risk(cause=C.EDUCATION, education_help=("助学金",)),
    "EMPLOYMENT_WITHOUT_LABOUR": lambda b: b.at_risk(
        cause=C.UNSTABLE_EMPLOYMENT, employment_help=("技能培训",)
    ),
    "LABOUR_NOT_SHORT": lambda b: b.elderly(),
    "HOUSE_UNSAFE_NOT_BLAMED": lambda b: b.at_risk(
        cause=MoreCause.HOUSING_UNSAFE, house_unsafe=True, housing_help=("危房改造",)
    ),
    "WATER_UNSAFE_NOT_BLAMED": lambda b: b.at_risk(
        cause=MoreCause.WATER_UNSAFE, water_safe=False, water_help=("管网延伸",)
    ),
    "SUBSISTENCE_NOT_A_MEASURE": lambda b: b.plain(b.person(66, **SUBSISTENCE)),
    "SUBSISTENCE_ONLY_A_MEASURE": lambda b: b.at_risk(b.person(66, **SUBSISTENCE), safety_net=NET),
    "EXTREME_NOT_A_MEASURE": lambda b: b.at_risk(b.person(66, **EXTREME), safety_net=("特困供养",)),
    "EXTREME_ONLY_A_MEASURE": lambda b: b.at_risk(safety_net=("临时救助",)),
    "SEVERE_WITHOUT_ALLOWANCE": lambda b: b.at_risk(
        b.person(50, level=3), b.person(52, level=1, **SUBSISTENCE), safety_net=NET
    ),
    "NO_LABOUR_NOT_MARKED": lambda b: b.at_risk(no_labour_marked=None),
    "MARKED_WITH_LABOUR": lambda b: b.elderly(),
    "POST_WITHOUT_MONTHS": lambda b: b.at_risk(b.person(50, post_months=6), post_help=("护林员",)),
    "MONTHS_WITHOUT_POST": lambda b: b.at_risk(b.person(50, post_months=0)),
    "ILLNESS_UNANSWERED": lambda b: b.at_risk(
        b.person(66, health=(Health.CHRONIC,)),
        cause=C.ILLNESS,
        self_paid=9_000_00,
        social_help=("慈善救助",),
    ),
    "EDUCATION_UNANSWERED": lambda b: b.at_risk(cause=C.EDUCATION, schooling_help=("两免一补",)),
    "DISABILITY_UNANSWERED": lambda b: b.at_risk(
        b.person(50, level=3), cause=C.DISABILITY, safety_net=("残疾人两项补贴",)
    ),
    "HOUSING_UNANSWERED": lambda b: b.at_risk(
        cause=MoreCause.HOUSING_UNSAFE, resettlement=("集中安置",)
    ),
    "WATER_UNANSWERED": lambda b: b.at_risk(cause=MoreCause.WATER_UNSAFE, water_help=("水窖",)),
    "INDUSTRY_UNANSWERED": lambda b: b.at_risk(industry_help=(), finance_help=("小额信贷",)),
    "EMPLOYMENT_UNANSWERED": lambda b: b.at_risk(
        b.person(50, post_months=6), cause=C.UNSTABLE_EMPLOYMENT, post_help=("保洁员",)
    ),
    "IDENTIFIED_MISSING": lambda b: b.plain(identified=None),
    "IDENTIFIED_IN_FUTURE": lambda b: b.at_risk(identified="2026-09"),
    "ELIMINATED_IN_FUTURE": lambda b: b.eliminated(eliminated_in="2026-09"),
    "RISK_STATE_MISSING": lambda b: b.plain(),
    "ELIMINATION_INCOMPLETE": lambda b: b.eliminated(eliminated_by=EliminationMode.NATURAL),
    "ELIMINATION_NOT_SAID": lambda b: b.at_risk(),
    "ELIMINATED_BEFORE_IDENTIFIED": lambda b: b.eliminated(),
    "ELIMINATED_TOO_EARLY": lambda b: b.eliminated(eliminated_in="2024-09"),
    "ELIMINATED_WITHOUT_HELP": lambda b: b.eliminated(
        industry_help=(),
        employment_help=(),
        development=Development.NOT_DONE,
        eliminated_by=EliminationMode.NATURAL,
    ),
    "ELIMINATED_WITHOUT_LABOUR": lambda b: b.eliminated(),
    "ELIMINATED_WITHOUT_FIGURES": lambda b: b.at_risk(house_lost=None),
    "NO_MEASURE": lambda b: b.at_risk(
        identified="2026-08", industry_help=(), development=Development.NOT_DONE
    ),
    "NO_DEVELOPMENT_MEASURE": lambda b: b.at_risk(
        cause=C.OTHER,
        identified="2026-03",
        industry_help=(),
        social_help=("临时救助",),
        development=Development.NOT_DONE,
    ),
    "DEVELOPMENT_DIFFERS": lambda b: b.at_risk(development="已列入计划"),
    "HOUSE_UNSAFE_AGAIN": lambda b: b.eliminated(),
    "WATER_UNSAFE_AGAIN": lambda b: b.at_risk(
        cause=MoreCause.WATER_UNSAFE, water_safe=False, water_help=("水窖",)
    ),
    "SCHOOL_LEFT_AGAIN": lambda b: b.eliminated(school_lost=False),
    "INCOME_BELOW_AGAIN": lambda b: b.eliminated(per_head=7_200_00),
    "SUDDEN_BELOW_LINE": lambda b: b.at_risk(category=Stratum.SUDDEN_HARDSHIP, per_head=7_200_00),
    "NOT_INCLUDED_BY_INCOME": lambda b: b.plain(per_head=7_200_00),
    "NOT_INCLUDED_BY_LIVING": lambda b: b.plain(toilet=False),
    "HELPED_OUTSIDE": lambda b: b.plain(social_help=("慈善救助",)),
    "INCLUDED_LATE": lambda b: b.at_risk(identified="2026-03"),
}
