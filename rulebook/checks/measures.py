"""Checks of a household's causes against its measures (A14): whoever has measures at all has one that
answers the cause. Who has none is a matter of time (`times`).
"""

from rulebook.checks.declared import Given, Said, of_household
from rulebook.national.codes import HOUSING_UNSAFE, WATER_UNSAFE
from rulebook.national.households import Household
from schemas.codes import RiskCause


def _unanswered(household: Household, cause: str, answers: tuple[str, ...], said: str) -> Said:
    asked = household.at_risk and cause in household.causes and household.measures
    return said if asked and not answers else None


@of_household
def illness_unanswered(household: Household, given: Given) -> Said:
    answers = household.health_help + household.social_help
    return _unanswered(
        household, RiskCause.ILLNESS, answers, "风险有因病，没有健康帮扶，也没有社会帮扶"
    )


@of_household
def education_unanswered(household: Household, given: Given) -> Said:
    answers = household.education_help + household.schooling_help
    return _unanswered(household, RiskCause.EDUCATION, answers, "风险有因学，没有教育帮扶")


@of_household
def disability_unanswered(household: Household, given: Given) -> Said:
    answers = household.safety_net
    return _unanswered(household, RiskCause.DISABILITY, answers, "风险有因残，没有综合保障")


@of_household
def housing_unanswered(household: Household, given: Given) -> Said:
    answers = household.housing_help + household.resettlement
    return _unanswered(
        household, HOUSING_UNSAFE, answers, "风险有安全住房，没有住房安全保障，也没有搬迁"
    )


@of_household
def water_unanswered(household: Household, given: Given) -> Said:
    answers = household.water_help
    return _unanswered(household, WATER_UNSAFE, answers, "风险有安全饮水，没有饮水安全保障")


@of_household
def industry_unanswered(household: Household, given: Given) -> Said:
    answers = household.industry_help + household.finance_help
    return _unanswered(
        household, RiskCause.INDUSTRY_FAILURE, answers, "风险有产业项目失败，没有产业或金融帮扶"
    )


@of_household
def employment_unanswered(household: Household, given: Given) -> Said:
    answers = household.employment_help + household.post_help
    return _unanswered(
        household,
        RiskCause.UNSTABLE_EMPLOYMENT,
        answers,
        "风险有务工就业不稳，没有就业或公益岗位帮扶",
    )
