"""Section of the data checks of the register (A14): what each asks, why, and who mends it."""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from rulebook.money import to_fen
from rulebook.packs.basis import DepartmentCode, Months, Section, Yuan
from schemas.codes import Coded


class CheckKind(Coded):
    EMPTY = "EMPTY", "空缺或不可能"
    PERSON = "PERSON", "成员自身矛盾"
    HOUSEHOLD = "HOUSEHOLD", "户内矛盾"
    MEASURE = "MEASURE", "风险与措施"
    TIME = "TIME", "时间"
    STATUS = "STATUS", "状态"
    BETWEEN = "BETWEEN", "户与户"


class Mender(Coded):
    """Who looks and puts it right."""

    VILLAGE = "VILLAGE", "村"
    TOWNSHIP = "TOWNSHIP", "乡镇"
    COUNTY = "COUNTY", "县级牵头部门"
    DEPARTMENT = "DEPARTMENT", "行业部门"


# Each is a function of this name, in small letters, in `rulebook.checks`.
CODES = frozenset(
    [
        "ID_MISSING",
        "ID_PLACEHOLDER",
        "BORN_DIFFERS",
        "GENDER_DIFFERS",
        "BORN_IMPOSSIBLE",
        "RELATIONSHIP_MISSING",
        "HEALTH_MISSING",
        "HEALTH_CONTRADICTS",
        "DISABLED_BUT_NOT_SAID",
        "LABOUR_MISSING",
        "NO_LABOUR_THOUGH_ABLE",
        "LABOUR_TOO_OLD",
        "CHILD_WORKS",
        "WORKS_WITHOUT_LABOUR",
        "POST_MONTHS_IMPOSSIBLE",
        "MEMBER_PHONE_WRONG",
        "EDUCATION_AND_STUDENT",
        "SCHOOLING_MISSING",
        "NOT_AT_SCHOOL",
        "PRESCHOOL_TOO_OLD",
        "SENIOR_SCHOOL_AGE",
        "POSTGRADUATE_TOO_YOUNG",
        "LEFT_SCHOOL_ILL_BUT_HEALTHY",
        "INSURANCE_UNKNOWN",
        "UNINSURED",
        "INSURED_TWICE",
        "BOTH_ALLOWANCES",
        "EXTREME_WORKS",
        "EXTREME_THOUGH_ABLE",
        "AREA_IMPOSSIBLE",
        "HOUSE_AREA_IMPOSSIBLE",
        "ROAD_IMPOSSIBLE",
        "WAGE_TOO_SMALL",
        "WAGE_TOO_LARGE",
        "INCOME_MISSING",
        "PHONE_WRONG",
        "PHONE_MISSING",
        "LIVING_UNKNOWN",
        "COLLECTOR_MISSING",
        "CAUSE_MISSING",
        "CAUSE_TWICE",
        "HEAD_NOT_ONE",
        "HEAD_UNDER_AGE",
        "CATEGORY_AGAINST_KIND",
        "ILLNESS_WITHOUT_PATIENT",
        "ILLNESS_WITHOUT_COST",
        "DISABILITY_WITHOUT_ANYBODY",
        "EDUCATION_WITHOUT_STUDENT",
        "EMPLOYMENT_WITHOUT_LABOUR",
        "LABOUR_NOT_SHORT",
        "HOUSE_UNSAFE_NOT_BLAMED",
        "WATER_UNSAFE_NOT_BLAMED",
        "SUBSISTENCE_NOT_A_MEASURE",
        "SUBSISTENCE_ONLY_A_MEASURE",
        "EXTREME_NOT_A_MEASURE",
        "EXTREME_ONLY_A_MEASURE",
        "SEVERE_WITHOUT_ALLOWANCE",
        "NO_LABOUR_NOT_MARKED",
        "MARKED_WITH_LABOUR",
        "POST_WITHOUT_MONTHS",
        "MONTHS_WITHOUT_POST",
        "ILLNESS_UNANSWERED",
        "EDUCATION_UNANSWERED",
        "DISABILITY_UNANSWERED",
        "HOUSING_UNANSWERED",
        "WATER_UNANSWERED",
        "INDUSTRY_UNANSWERED",
        "EMPLOYMENT_UNANSWERED",
        "IDENTIFIED_MISSING",
        "IDENTIFIED_IN_FUTURE",
        "ELIMINATED_IN_FUTURE",
        "RISK_STATE_MISSING",
        "ELIMINATION_INCOMPLETE",
        "ELIMINATION_NOT_SAID",
        "ELIMINATED_BEFORE_IDENTIFIED",
        "ELIMINATED_TOO_EARLY",
        "ELIMINATED_WITHOUT_HELP",
        "ELIMINATED_WITHOUT_LABOUR",
        "ELIMINATED_WITHOUT_FIGURES",
        "NO_MEASURE",
        "NO_DEVELOPMENT_MEASURE",
        "DEVELOPMENT_DIFFERS",
        "HOUSE_UNSAFE_AGAIN",
        "WATER_UNSAFE_AGAIN",
        "SCHOOL_LEFT_AGAIN",
        "INCOME_BELOW_AGAIN",
        "SUDDEN_BELOW_LINE",
        "NOT_INCLUDED_BY_INCOME",
        "NOT_INCLUDED_BY_LIVING",
        "HELPED_OUTSIDE",
        "INCLUDED_LATE",
        "PHONE_IN_SEVERAL",
        "PERSON_IN_SEVERAL",
    ]
)


def _known(code: str) -> str:
    if code not in CODES:
        raise ValueError(f"没有数据核查“{code}”")
    return code


CheckCode = Annotated[str, AfterValidator(_known)]


class Rule(Section):
    """One check. `text`: why it is asked and what to do; a limit of the section may stand in it by its
    name in braces. A `lead` asks somebody to look at the household and judges nobody (I-25).
    """

    code: CheckCode
    kind: CheckKind
    text: Annotated[str, Field(min_length=1)]
    mends: Mender
    department: DepartmentCode | None = None
    lead: bool = False

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if (self.mends is Mender.DEPARTMENT) != (self.department is not None):
            raise ValueError("mends为DEPARTMENT时（且仅在此时）填写department")
        return self


class Checks(Section):
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    off: tuple[CheckCode, ...]
    """Checks that this county does not ask."""

    age_max: Annotated[int, Field(ge=100)]
    labour_age_max: Annotated[int, Field(ge=60)]
    senior_age_min: int
    senior_age_max: int
    postgraduate_age_min: int
    area_max_mu: Annotated[Decimal, Field(gt=0)]
    house_area_max: Annotated[Decimal, Field(gt=0)]
    road_max_km: Annotated[Decimal, Field(gt=0)]
    wage_min_yuan: Yuan
    wage_month_max_yuan: Yuan
    labour_short_below_pct: Annotated[int, Field(ge=0, le=100)]
    """Of a household's members: where as many can work, labour is not what it lacks."""
    monitoring_months: Months
    measure_months: Months
    development_months: Months
    inclusion_days: Annotated[int, Field(ge=0)]
    """From the first lead to identification; the export knows months only, so this is a sieve, no limit
    of the procedure."""
    phone_households_max: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _readable(self) -> Self:
        codes = [rule.code for rule in self.rules]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise ValueError(f"同一个数据核查写了两次：{'、'.join(sorted(twice))}")
        for rule in self.rules:
            try:
                self.reason(rule)
            except (KeyError, ValueError, IndexError) as error:
                raise ValueError(f"{rule.code}的text里花括号写法不对：{error}") from None
        return self

    @property
    def wage_min(self) -> int:
        """In fen, of a household in a year."""
        return to_fen(self.wage_min_yuan)

    @property
    def wage_month_max(self) -> int:
        """In fen, of a person who can work."""
        return to_fen(self.wage_month_max_yuan)

    def reason(self, rule: Rule) -> str:
        """A rule's text with the limits in it."""
        return rule.text.format_map(self._limits())

    def _limits(self) -> dict[str, Any]:
        return {name: value for name, value in self if name not in ("rules", "off")}
