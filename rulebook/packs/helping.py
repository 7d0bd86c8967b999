"""Sections of helping a household and of letting it go (A6, A7).

A limit that is None is not given: the step has an owner and an age, and no day of its own.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rulebook.limits import Limit
from rulebook.packs.basis import CauseCode, Cycle, DepartmentCode, GapCode, Months, Section, Unused
from schemas.codes import Coded, Role, Stratum

Code = Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]


class Family(Coded):
    """The families of measures (D1, H-12), in the words of the national system."""

    INDUSTRY = "INDUSTRY", "产业帮扶"
    EMPLOYMENT = "EMPLOYMENT", "就业帮扶"
    FINANCE = "FINANCE", "金融帮扶"
    PUBLIC_POST = "PUBLIC_POST", "公益岗位帮扶"
    EDUCATION = "EDUCATION", "教育帮扶"
    MEDICAL = "MEDICAL", "健康帮扶"
    HOUSING = "HOUSING", "住房安全保障"
    WATER = "WATER", "饮水安全保障"
    SAFETY_NET = "SAFETY_NET", "综合保障"
    SOCIAL = "SOCIAL", "社会帮扶"
    INSURANCE = "INSURANCE", "防贫保险"
    OTHER = "OTHER", "其他帮扶"

    @property
    def development(self) -> bool:
        """Whether its measures are development measures (开发式帮扶, D1)."""
        return self in (Family.INDUSTRY, Family.EMPLOYMENT, Family.FINANCE, Family.PUBLIC_POST)


class MemberSign(Coded):
    """What is seen of a member's data and makes a measure or a scheme worth a thought."""

    KINDERGARTEN = "KINDERGARTEN", "学前教育在园"
    PUPIL = "PUPIL", "义务教育阶段在校"
    STUDENT = "STUDENT", "高中、中职或大中专在读"
    VOCATIONAL = "VOCATIONAL", "中职或高职高专在读"
    JUNIOR_COLLEGE_ENTRANT = "JUNIOR_COLLEGE_ENTRANT", "高职高专一年级"
    BACHELOR_ENTRANT = "BACHELOR_ENTRANT", "本科一年级"
    OUT_OF_SCHOOL = "OUT_OF_SCHOOL", "失学或辍学"
    SERIOUS_ILLNESS = "SERIOUS_ILLNESS", "患有大病"
    CHRONIC_ILLNESS = "CHRONIC_ILLNESS", "长期慢性病"
    SEVERE_DISABILITY = "SEVERE_DISABILITY", "一、二级残疾"
    UNINSURED = "UNINSURED", "没有参加基本医疗保险"
    ELDERLY = "ELDERLY", "老年人"


class HouseholdSign(Coded):
    """Which households a scheme is for (F-02)."""

    AT_RISK_WITH_LABOUR = "AT_RISK_WITH_LABOUR", "风险未消除，家里有劳动力"
    EX_POOR_LOW_INCOME = "EX_POOR_LOW_INCOME", "脱贫户，上年人均纯收入低于补助线"


class LabourClass(Coded):
    """A household by the best of its members' labour (D1). UNKNOWN: nobody is known to be able, and
    of a grown-up nobody said.
    """

    ABLE = "ABLE", "有劳动力"
    WEAK_OR_HALF = "WEAK_OR_HALF", "只有弱劳动力或半劳动力"
    NO_LABOUR = "NO_LABOUR", "整户无劳动力"
    UNKNOWN = "UNKNOWN", "劳动力情况没有填全"


class Guarantor(Coded):
    """Who vouches for a household (包保责任人, H-09, H-10)."""

    COUNTY_SECTION_HEAD = "COUNTY_SECTION_HEAD", "县级包村联系单位科级干部"
    TOWNSHIP_TEAM_MEMBER = "TOWNSHIP_TEAM_MEMBER", "分工到村的乡镇班子负责人"
    VILLAGE_HEAD = "VILLAGE_HEAD", "村两委负责人"
    VILLAGE_TEAM = "VILLAGE_TEAM", "驻村工作队和村两委"
    HELPER = "HELPER", "帮扶责任人"


class CatalogueRow(Section):
    """A measure as release 0.1.0 wrote it, before anything read it."""

    code: str
    name: str
    family: str
    department: DepartmentCode | None = None
    development: bool
    amount_rule: str = ""


class Measure(Section):
    """One kind of measure: whose it is, and what it answers. Without a department the office finds
    one.
    """

    code: Code
    name: Annotated[str, Field(min_length=1)]
    family: Family
    department: DepartmentCode | None = None
    counts: bool = False
    """Whether it alone is the development measure of H-07; training and the like are not (H-07a)."""
    causes: tuple[CauseCode, ...] = ()
    gap_items: tuple[GapCode, ...] = ()
    members: tuple[MemberSign, ...] = ()
    amount_rule: str = ""
    scheme: Code | None = None
    """Whose money it is; where the pack has no such scheme, it has no amount of its own either."""
    after: Code | None = None
    """Only once this other measure was refused by those concerned (H-14)."""
    lasts: Literal["CONTRACT", "AGREEMENT", "STAGE"] | None = None
    """Until when it goes on after the risk is gone (E-14)."""

    @model_validator(mode="after")
    def _development(self) -> Self:
        if self.counts and not self.family.development:
            raise ValueError("counts只用于产业、就业、金融、公益岗位这几类措施")
        return self


class Help(Section):
    plan_limit: Limit | None
    plan_start: Unused[Literal["COUNTY_APPROVED", "IDENTIFIED"]]
    contact_limit: Limit | None
    development_measure_min: Annotated[int, Field(ge=0)]
    """0: the rule is off."""
    development_applies_to: tuple[Literal["ABLE_AND_WILLING", "WEAK_OR_HALF"], ...]
    guarantors: bool
    guarantor_levels: dict[Stratum, tuple[Guarantor, ...]]
    """Who they are where `guarantors` says that there are any."""
    recognition: bool
    """Whether a measure is there only once the township has recognised it (H-11)."""
    measure_catalogue: Unused[tuple[CatalogueRow, ...]]
    """What `measures` says in full."""
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _known(self) -> Self:
        codes = [kind.code for kind in self.measures]
        if twice := _twice(codes):
            raise ValueError(f"help.measures里同一个措施写了两次：{'、'.join(twice)}")
        unknown = {kind.after for kind in self.measures if kind.after} - {*codes}
        if unknown:
            raise ValueError(f"help.measures的after里没有这个措施：{'、'.join(sorted(unknown))}")
        return self


class ExitStep(Coded):
    """The steps of elimination (E-03, E-05, E-08, E-09); the pack says which, and in what order."""

    LOOK = "LOOK", "一看"
    CALCULATE = "CALCULATE", "二算"
    VERIFY = "VERIFY", "三核"
    ASSESS = "ASSESS", "四评议"
    NOTICE = "NOTICE", "五公示"
    TOWNSHIP_REVIEW = "TOWNSHIP_REVIEW", "乡镇审核"
    COUNTY_EVALUATION = "COUNTY_EVALUATION", "县级评估认定"
    ANNOUNCE = "ANNOUNCE", "公告"
    ANNOTATE = "ANNOTATE", "系统标注"
    STRIKE_OFF = "STRIKE_OFF", "销号"


class Exit(Section):
    class Defer(Section):
        """Who is not taken off although the risk seems gone (E-07): a household of one of these
        classes with a member of one of these signs; without signs, the whole class.
        """

        code: str
        labour: tuple[LabourClass, ...] = ()
        conditions: tuple[
            Literal["SEVERE_DISABILITY", "ELDERLY", "SERIOUS_OR_CHRONIC_ILLNESS"], ...
        ] = ()

    min_monitoring_months: Months
    strict: bool
    """Whether the monitoring time must exceed the minimum (B-18)."""
    min_income_stable_months: Months
    line_operator: Literal["GT", "GE"]
    """Whether income must be above the line, or may be equal to it."""
    min_measures: Annotated[int, Field(ge=0)]
    """Landed, of a household whose risk was eliminated by help."""
    steps: tuple[ExitStep, ...]
    step_texts: dict[ExitStep, str]
    """What is done in a step, as its form says."""
    notice_min_days: Annotated[int, Field(ge=0)]
    annotation_cycle: Cycle
    annotation_last_months: Annotated[int, Field(ge=1)] | None
    """Of a cycle the last months, in which its list is annotated."""
    annotation_role: Role
    defer_rules: tuple[Defer, ...]
    safety_net_mark: bool
    """Whether there is the mark 整户无劳动力兜底保障户 (E-07a)."""
    reversion: bool
    """Whether an elimination can be undone (回退, E-13); without it a risk is always identified anew."""
    gradual_months: Months
    withdraw_from_monitoring: bool
    follow_up_cycle: Cycle

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Evaluation, announcement, annotation (E-08), and the county in any case."""
        if [step for step in ExitStep if step in self.steps] != [*self.steps]:
            order = "、".join(ExitStep)
            raise ValueError(f"exit.steps应按{order}的先后排列，不得重复")
        if ExitStep.COUNTY_EVALUATION not in self.steps:
            raise ValueError("exit.steps缺少COUNTY_EVALUATION（县级评估认定）")
        return self


def _twice(codes: Iterable[str]) -> list[str]:
    listed = list(codes)
    return sorted({code for code in listed if listed.count(code) > 1})
