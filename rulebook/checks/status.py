"""Leads from what a household is and what it is called (A14, I-25, E-09): somebody looks, nobody is
judged by them.
"""

from datetime import timedelta

from rulebook.checks.declared import Given, Said, of_household
from rulebook.days import in_words
from rulebook.money import yuan
from rulebook.months import first_day
from rulebook.national.households import Household
from schemas.codes import Stratum


def _below(household: Household, given: Given) -> bool:
    return household.per_head is not None and household.per_head < given.line


def _income(household: Household, given: Given) -> str:
    return f"人均纯收入{yuan(household.per_head or 0)}元，当年监测范围{yuan(given.line)}元"


@of_household
def house_unsafe_again(household: Household, given: Given) -> Said:
    unsafe = household.house_unsafe or household.house_lost
    return "风险已消除，现在住房不安全" if household.eliminated and unsafe else None


@of_household
def water_unsafe_again(household: Household, given: Given) -> Said:
    unsafe = household.water_safe is False or household.water_lost
    return "风险已消除，现在饮水不安全" if household.eliminated and unsafe else None


@of_household
def school_left_again(household: Household, given: Given) -> Said:
    left = household.eliminated and household.school_lost
    return "风险已消除，现在有义务教育阶段失学辍学" if left else None


@of_household
def income_below_again(household: Household, given: Given) -> Said:
    below = household.eliminated and _below(household, given)
    return f"风险已消除，{_income(household, given)}" if below else None


@of_household
def sudden_below_line(household: Household, given: Given) -> Said:
    sudden = household.at_risk and household.category is Stratum.SUDDEN_HARDSHIP
    if not sudden or not _below(household, given):
        return None
    return f"监测对象类别是{Stratum.SUDDEN_HARDSHIP.label}，{_income(household, given)}"


@of_household
def not_included_by_income(household: Household, given: Given) -> Said:
    outside = household.ex_poor and not household.monitored and _below(household, given)
    return f"{_income(household, given)}，没有纳入监测" if outside else None


@of_household
def not_included_by_living(household: Household, given: Given) -> Said:
    unsafe = household.house_unsafe or household.water_safe is False
    outside = not household.monitored and unsafe
    return "住房或饮水不安全，没有纳入监测" if outside else None


@of_household
def helped_outside(household: Household, given: Given) -> Said:
    outside = not household.monitored and not household.ex_poor and household.measures
    return "有帮扶措施，没有纳入监测" if outside else None


@of_household
def included_late(household: Household, given: Given) -> Said:
    lead = given.leads.get(household.number)
    if lead is None:
        return None
    latest = lead + timedelta(given.checks.inclusion_days)
    if not household.monitored:
        days = (given.on - lead).days
        return f"{in_words(lead)}发现线索，已{days}天，还没有审定" if given.on > latest else None
    late = household.identified and first_day(household.identified) > latest
    return f"{in_words(lead)}发现线索，{household.identified}才识别" if late else None
