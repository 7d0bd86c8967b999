"""Checks of one household: what is empty or impossible, and what its parts say against each other (A14)."""

from collections.abc import Iterator
from decimal import Decimal

from rulebook.checks.declared import Given, Said, age, of_household
from rulebook.checks.persons import FULL_LABOUR, wrong_phone
from rulebook.money import yuan
from rulebook.national.codes import (
    HOUSING_UNSAFE,
    WATER_UNSAFE,
    Health,
    HouseholdKind,
    Relationship,
    Stage,
    Student,
)
from rulebook.national.columns import NAME_OF
from rulebook.national.households import Household
from schemas.codes import RiskCause, Stratum

AREAS = ("cropland", "forest", "returned_forest", "orchard", "pasture", "ponds")
MONTHS = 12
SEVERE = (1, 2)


def able(household: Household) -> int:
    """How many count as labour."""
    return sum(member.able for member in household.members)


def without_labour(household: Household) -> bool:
    """Whether nobody can work, and that is known of everybody who is grown up."""
    return bool(household.members) and not able(household)


# Empty or impossible.


@of_household
def area_impossible(household: Household, given: Given) -> Said:
    return "、".join(_impossible_areas(household, given.checks.area_max_mu)) or None


def _impossible_areas(household: Household, most: Decimal) -> Iterator[str]:
    for field in AREAS:
        area = getattr(household, field)
        if area is not None and not 0 <= area <= most:
            yield f"{NAME_OF[False, field]}{area}亩"


@of_household
def house_area_impossible(household: Household, given: Given) -> Said:
    area = household.house_area
    fits = area is None or 0 < area <= given.checks.house_area_max
    return None if fits else f"住房面积{area}平方米"


@of_household
def road_impossible(household: Household, given: Given) -> Said:
    distance = household.road_distance
    fits = distance is None or 0 <= distance <= given.checks.road_max_km
    return None if fits else f"与村主干路距离{distance}公里"


@of_household
def wage_too_small(household: Household, given: Given) -> Said:
    wage = household.wage
    small = wage is not None and 0 < wage < given.checks.wage_min
    return f"工资性收入{yuan(wage)}元" if small and wage else None


@of_household
def wage_too_large(household: Household, given: Given) -> Said:
    most = given.checks.wage_month_max * MONTHS * max(able(household), 1)
    wage = household.wage or 0
    return f"工资性收入{yuan(wage)}元，能务工的{able(household)}人" if wage > most else None


@of_household
def income_missing(household: Household, given: Given) -> Said:
    return "人均纯收入是空的" if household.per_head is None else None


@of_household
def phone_wrong(household: Household, given: Given) -> Said:
    return "户联系电话不是电话号码" if wrong_phone(household.phone) else None


@of_household
def phone_missing(household: Household, given: Given) -> Said:
    phones = (household.phone, *(member.phone for member in household.members))
    return None if any(phones) else "户和家庭成员都没有联系电话"


@of_household
def living_unknown(household: Household, given: Given) -> Said:
    known = (household.house_unsafe, household.house_area, household.water_safe)
    return "是否危房户、住房面积、是否解决安全饮用水没有填全" if None in known else None


@of_household
def collector_missing(household: Household, given: Given) -> Said:
    there = household.collector and household.collector_phone
    return "信息采集人或其联系电话是空的" if household.monitored and not there else None


@of_household
def cause_missing(household: Household, given: Given) -> Said:
    return "致贫返贫风险是空的" if household.monitored and not household.causes else None


@of_household
def cause_twice(household: Household, given: Given) -> Said:
    twice = len(set(household.causes)) < len(household.causes)
    return "同一个风险填了两次" if twice else None


# Within the household.


@of_household
def head_not_one(household: Household, given: Given) -> Said:
    heads = [one for one in household.members if one.relationship == Relationship.HEAD]
    return None if len(heads) == 1 else f"户主有{len(heads)}人"


@of_household
def head_under_age(household: Household, given: Given) -> Said:
    years = age(household.head, given.on) if household.head else None
    young = years is not None and years < FULL_LABOUR.start
    return f"户主{years}岁" if young else None


@of_household
def category_against_kind(household: Household, given: Given) -> Said:
    category, kind = household.category, household.kind
    if category is None or not isinstance(kind, HouseholdKind):
        return None
    against = (Stratum.UNSTABLE_EX_POOR, False), (Stratum.MARGINAL, True)
    differs = (category, household.ex_poor) in against
    return f"户类型是{kind.label}，监测对象类别是{category.label}" if differs else None


def _blames(household: Household, cause: str) -> bool:
    return household.at_risk and cause in household.causes


@of_household
def illness_without_patient(household: Household, given: Given) -> Said:
    ill = {Health.SERIOUS, Health.CHRONIC}
    patient = any(ill & set(member.health) for member in household.members)
    blamed = _blames(household, RiskCause.ILLNESS)
    return "风险有因病，家里没有患大病或长期慢性病的人" if blamed and not patient else None


@of_household
def illness_without_cost(household: Household, given: Given) -> Said:
    blamed = _blames(household, RiskCause.ILLNESS)
    return "风险有因病，合规自付支出是0或空的" if blamed and not household.self_paid else None


@of_household
def disability_without_anybody(household: Household, given: Given) -> Said:
    blamed = _blames(household, RiskCause.DISABILITY)
    there = any(member.disabled for member in household.members)
    return "风险有因残，家里没有残疾人" if blamed and not there else None


@of_household
def education_without_student(household: Household, given: Given) -> Said:
    there = any(
        isinstance(member.student, Student) and member.student.stage is not Stage.PRESCHOOL
        for member in household.members
    )
    blamed = _blames(household, RiskCause.EDUCATION)
    return "风险有因学，家里没有在校学生" if blamed and not there else None


@of_household
def employment_without_labour(household: Household, given: Given) -> Said:
    blamed = _blames(household, RiskCause.UNSTABLE_EMPLOYMENT)
    return "风险有因务工就业不稳，家里没有劳动力" if blamed and not able(household) else None


@of_household
def labour_not_short(household: Household, given: Given) -> Said:
    count = len(household.members)
    enough = 100 * able(household) >= given.checks.labour_short_below_pct * count
    blamed = _blames(household, RiskCause.LABOUR_SHORTAGE)
    return f"风险有缺劳动力，{count}人中有{able(household)}个劳动力" if blamed and enough else None


@of_household
def house_unsafe_not_blamed(household: Household, given: Given) -> Said:
    unsafe = household.at_risk and household.house_unsafe
    return (
        "是危房户，风险里没有安全住房"
        if unsafe and not _blames(household, HOUSING_UNSAFE)
        else None
    )


@of_household
def water_unsafe_not_blamed(household: Household, given: Given) -> Said:
    unsafe = household.at_risk and household.water_safe is False
    return (
        "没有解决安全饮用水，风险里没有安全饮水"
        if unsafe and not _blames(household, WATER_UNSAFE)
        else None
    )


@of_household
def subsistence_not_a_measure(household: Household, given: Given) -> Said:
    gets = household.at_risk and any(member.gets_subsistence for member in household.members)
    return (
        "有人享受低保，综合保障里没有低保" if gets and not household.subsistence_measure else None
    )


@of_household
def subsistence_only_a_measure(household: Household, given: Given) -> Said:
    gets = any(member.gets_subsistence for member in household.members)
    return (
        "综合保障里有低保，家里没有人享受低保"
        if household.subsistence_measure and not gets
        else None
    )


@of_household
def extreme_not_a_measure(household: Household, given: Given) -> Said:
    gets = household.at_risk and any(member.gets_extreme for member in household.members)
    return (
        "有人享受特困供养，综合保障里没有特困供养"
        if gets and not household.extreme_measure
        else None
    )


@of_household
def extreme_only_a_measure(household: Household, given: Given) -> Said:
    gets = any(member.gets_extreme for member in household.members)
    return (
        "综合保障里有特困供养，家里没有人享受特困供养"
        if household.extreme_measure and not gets
        else None
    )


@of_household
def severe_without_allowance(household: Household, given: Given) -> Said:
    severe = [one for one in household.members if one.disability_level in SEVERE]
    without = [one for one in severe if not (one.gets_subsistence or one.gets_extreme)]
    return (
        f"重度残疾{len(without)}人没有享受低保或特困供养" if household.at_risk and without else None
    )


@of_household
def no_labour_not_marked(household: Household, given: Given) -> Said:
    missed = household.at_risk and without_labour(household) and not household.no_labour_marked
    return "整户没有劳动力，没有标为兜底保障户" if missed else None


@of_household
def marked_with_labour(household: Household, given: Given) -> Said:
    count = able(household)
    return (
        f"标为整户无劳动能力兜底保障户，家里有{count}个劳动力"
        if household.no_labour_marked and count
        else None
    )


@of_household
def post_without_months(household: Household, given: Given) -> Said:
    months = any(member.post_months for member in household.members)
    return (
        "有公益岗位帮扶，家里没有人有公益性岗位月数" if household.post_help and not months else None
    )


@of_household
def months_without_post(household: Household, given: Given) -> Said:
    months = any(member.post_months for member in household.members)
    return (
        "有人有公益性岗位月数，没有公益岗位帮扶"
        if months and household.at_risk and not household.post_help
        else None
    )
