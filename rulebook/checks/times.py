"""Checks of when a household was identified, helped and eliminated (A14). The export knows months
only: a month is over when the next one has begun.
"""

from rulebook.checks.declared import Given, Said, months_between, of_household
from rulebook.checks.households import able, without_labour
from rulebook.national.codes import Development, EliminationMode
from rulebook.national.households import Household


@of_household
def identified_missing(household: Household, given: Given) -> Said:
    return "识别监测时间是空的" if household.monitored and not household.identified else None


@of_household
def identified_in_future(household: Household, given: Given) -> Said:
    month = household.identified
    return f"识别监测时间是{month}" if month and month > given.month else None


@of_household
def eliminated_in_future(household: Household, given: Given) -> Said:
    month = household.eliminated_in
    return f"消除监测时间是{month}" if month and month > given.month else None


@of_household
def risk_state_missing(household: Household, given: Given) -> Said:
    return "风险是否已消除是空的" if household.monitored and household.eliminated is None else None


@of_household
def elimination_incomplete(household: Household, given: Given) -> Said:
    whole = household.eliminated_in and household.eliminated_by
    return (
        "风险已消除，没有消除监测时间或风险消除方式" if household.eliminated and not whole else None
    )


@of_household
def elimination_not_said(household: Household, given: Given) -> Said:
    said = household.eliminated_in or household.eliminated_by
    return (
        "填了消除监测时间或风险消除方式，风险是否已消除是否" if household.at_risk and said else None
    )


def _months_monitored(household: Household) -> int | None:
    if not (household.eliminated and household.identified and household.eliminated_in):
        return None
    return months_between(household.identified, household.eliminated_in)


@of_household
def eliminated_before_identified(household: Household, given: Given) -> Said:
    months = _months_monitored(household)
    if months is None or months >= 0:
        return None
    return f"识别监测时间{household.identified}，消除监测时间{household.eliminated_in}"


@of_household
def eliminated_too_early(household: Household, given: Given) -> Said:
    months = _months_monitored(household)
    if months is None or not 0 <= months < given.checks.monitoring_months:
        return None
    return f"{household.identified}识别，{household.eliminated_in}消除，只有{months}个月"


@of_household
def eliminated_without_help(household: Household, given: Given) -> Said:
    helped = household.eliminated and household.eliminated_by == EliminationMode.HELPED
    return "风险消除方式是帮扶消除，没有帮扶措施" if helped and not household.measures else None


@of_household
def eliminated_without_labour(household: Household, given: Given) -> Said:
    helped = household.eliminated and household.eliminated_by == EliminationMode.HELPED
    return (
        "整户没有劳动力，风险消除方式是帮扶消除" if helped and without_labour(household) else None
    )


@of_household
def eliminated_without_figures(household: Household, given: Given) -> Said:
    figures = (household.house_lost, household.water_lost, household.school_lost)
    empty = household.eliminated and None in figures
    return "风险已消除，消除后住房、饮水、就学情况没有填全" if empty else None


def _months_at_risk(household: Household, given: Given) -> int:
    if not (household.at_risk and household.identified):
        return 0
    return months_between(household.identified, given.month)


@of_household
def no_measure(household: Household, given: Given) -> Said:
    months = _months_at_risk(household, given)
    late = months > given.checks.measure_months and not household.measures
    return f"{household.identified}识别，已{months}个月，没有帮扶措施" if late else None


@of_household
def no_development_measure(household: Household, given: Given) -> Said:
    months = _months_at_risk(household, given)
    late = months > given.checks.development_months and able(household) and household.measures
    if not late or household.development_measures:
        return None
    return f"{household.identified}识别，已{months}个月，有劳动力，没有开发式帮扶措施"


@of_household
def development_differs(household: Household, given: Given) -> Said:
    done = {Development.DONE: True, Development.NOT_DONE: False}.get(
        household.development  # type: ignore[call-overload]
    )
    there = bool(household.development_measures)
    if done is None or done == there:
        return None
    said = "有" if there else "没有"
    return f"实施开发式帮扶措施情况与措施不符，产业、就业、金融、公益岗位帮扶{said}填写"
