"""Numbers, reasons and what a decision needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.codes import CaseDecision, Coded, GapItem


class CaseStatus(Coded):
    """What a list of cases is asked for: a decision, or what is closed."""

    OPEN = CaseDecision.OPEN.value, CaseDecision.OPEN.label
    VERIFIED = CaseDecision.VERIFIED.value, CaseDecision.VERIFIED.label
    NOT_QUALIFIED = CaseDecision.NOT_QUALIFIED.value, CaseDecision.NOT_QUALIFIED.label
    RECHECK = CaseDecision.RECHECK.value, CaseDecision.RECHECK.label
    CLOSED = "closed", "已办结"


class WhyNot(Coded):
    """Why no need of a verified risk deals with what a source says. It leaves the county in clear,
    so it is chosen and names nobody.
    """

    UNTRUE = "untrue", "反映情况不实"
    SETTLED = "settled", "已享受政策、风险已化解"
    NO_RISK = "no_risk", "属实，但不构成返贫致贫风险"
    UNAUTHORISED = "unauthorised", "农户不同意授权核查"
    OTHER_WAY = "other_way", "属实，由其他渠道办理"


VOID_REASON = "归并有误，已撤回，正在重新确认"
NO_SOURCE_REASON = "归并撤回以后，余下的来源没有同意上报"

NOT_QUALIFIED_REASONS = (
    "收入高于监测范围且无突出困难",
    "家庭资产超过规定",
    "不在监测范围",
    "不同意授权核查",
    "反映情况不实",
    "已享受政策、风险已化解",
    "其他",
)


DEFAULT_QUESTIONS = {
    GapItem.MEDICAL_COST: "请核实住院和自付费用，落实医疗救助，答复能报销、救助多少。",
    GapItem.INSURANCE_LAPSED: "请核实参保情况，协助补办，答复何时参保。",
    GapItem.SCHOOL_COST: "请核实就学费用，落实资助或助学贷款，答复落实多少。",
    GapItem.DROPOUT: "请核实是否失学辍学，劝返复学，答复复学日期。",
    GapItem.HOUSING_UNSAFE: "请鉴定住房安全等级，属危房的落实改造，答复等级和完成日期。",
    GapItem.RESETTLEMENT: "请落实临时住处，答复入住日期。",
    GapItem.WATER_UNSAFE: "请核实饮水的水量、水质和取水是否方便，答复何时解决。",
    GapItem.LIVING_COST: "请核实基本生活，评估低保、特困或临时救助，答复结果。",
    GapItem.DISABILITY_CARE: "请评定残疾等级，落实两项补贴和康复、照护，答复结果。",
    GapItem.JOB: "请介绍岗位、培训或公益性岗位，答复何时上岗。",
    GapItem.INDUSTRY: "请给予产业技术指导和扶持，答复措施。",
    GapItem.ELDER_SUPPORT: "请调解赡养，签订赡养协议，答复结果。",
    GapItem.FUND: "请研究是否符合防返贫基金条件，答复金额。",
    GapItem.OTHER: "",
}


@dataclass(frozen=True)
class NeedDraft:
    """One gap item as whoever verifies puts it: the question names nobody; the person is the one
    concerned.
    """

    gap_item: GapItem
    question: str
    person_name: str | None = None
    department: str | None = None


# What a visit must have said before anything is decided: whom it met, and how the household lives
# (N-10, N-13).
CHECKS = {"met": "见到谁", "house": "住房", "medical": "医疗", "income": "收入支出"}


def checks_missing(visits: Sequence[object]) -> list[str]:
    """Which of them no visit says; several visits complete one another."""
    return [
        label
        for name, label in CHECKS.items()
        if not any(getattr(visit, name).strip() for visit in visits)
    ]


def case_number(county: str, month: str, sequence: int) -> str:
    """线索编号: XS-990121-202609-0001."""
    return f"{number_series(county, month)[0]}{sequence:04}"


def number_series(county: str, month: str) -> list[str]:
    """How the numbers of a month begin; those of release 0.1.0 began with AJ (案件, F-51), stay as
    they were printed and are counted on.
    """
    return [f"{letters}-{county[:6]}-{month.replace('-', '')}-" for letters in ("XS", "AJ")]


def struck_out_words(by: str, reason: str | None, *, says_who: bool) -> str:
    """Who struck a finding out, for what reason (GT-26). A township's reason `says_who` did: it,
    or the village before it.
    """
    return reason if reason and says_who else f"{by}不同意上报：{reason or '未写明原因'}"


def names_somebody(question: str, names: Sequence[str]) -> bool:
    """Whether a question to a department holds personal data: it leaves the county in clear."""
    return any(name and name in question for name in names) or any(
        part.isdigit() and len(part) >= 11 for part in _runs(question)
    )


def _runs(text: str) -> list[str]:
    """The runs of digits in a text: an ID or telephone number has eleven or more."""
    return "".join(c if c.isascii() and c.isdigit() else " " for c in text).split()
