"""A household's help plan (一户一策, H-03…H-08): when it is due, and what keeps it from being confirmed.

A refusal names its rule by the item of the domain reference and says in a sentence what to do.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from rulebook.labour import labour_class
from rulebook.measures import kind_of
from rulebook.months import plus_months
from rulebook.national.households import Person
from rulebook.packs import Pack
from rulebook.packs.helping import Family, LabourClass, Measure
from rulebook.terms import Terms
from schemas.codes import GapItem, RiskCause


@dataclass(frozen=True)
class Refusal:
    """Why something is not done. `rule`: the item of docs/domain that says so."""

    rule: str
    sentence: str


@dataclass(frozen=True)
class Planned:
    """A measure as it stands in a plan. `answers`: which of the household's causes it is for."""

    code: str
    answers: tuple[RiskCause, ...] = ()
    amount: int | None = None
    beneficiary: str = ""
    died: date | None = None
    """When the beneficiary died."""


@dataclass(frozen=True)
class Plan:
    """What the village hands in. `willing`: whether the able want work or a business; `why_not`: why
    there is no development measure, or why they do not want one; `tried`: what was tried for the
    weakly able; `not_signed`: why the household did not sign.
    """

    causes: tuple[RiskCause, ...]
    measures: tuple[Planned, ...]
    members: tuple[Person, ...]
    willing: bool = True
    why_not: str = ""
    tried: str = ""
    signed: bool = False
    not_signed: str = ""
    refused: tuple[str, ...] = ()
    """Measures that those concerned did not want."""


def plan_due(terms: Terms, decided_on: date) -> date | None:
    """The plan's last day, from the county's decision (H-03, B-32); None where the pack gives none."""
    return terms.due("help.plan_limit", decided_on) if terms.gives("help.plan_limit") else None


def contact_due(terms: Terms, decided_on: date) -> date | None:
    """By when there should be a contact person (H-02, B-33): it warns and stops nothing."""
    return (
        terms.due("help.contact_limit", decided_on) if terms.gives("help.contact_limit") else None
    )


def refusals(pack: Pack, plan: Plan, on: date) -> tuple[Refusal, ...]:
    """All that keeps the plan from being confirmed on this day; none means that it can be."""
    return (
        *_of_measures(pack, plan),
        *_unanswered(plan),
        *_of_labour(pack, plan, on),
        *_of_agreement(plan),
    )


def _of_measures(pack: Pack, plan: Plan) -> Iterator[Refusal]:
    for planned in plan.measures:
        try:
            kind = kind_of(pack, planned.code)
        except LookupError as error:
            yield Refusal("H-12", f"{error.args[0]}。")
            continue
        yield from measure_refusals(kind, planned, plan.refused)


def measure_refusals(
    kind: Measure, planned: Planned, refused: Collection[str] = ()
) -> Iterator[Refusal]:
    """What keeps one measure from being planned, whatever else the plan holds."""
    if planned.amount is not None and planned.amount < 0:
        yield Refusal("D10", f"{kind.name}的金额不能是负数；退回的钱请作冲销。")
    if planned.died is not None:
        who = planned.beneficiary or "受益人"
        yield Refusal("D10", f"{who}已于{planned.died}去世，不能再安排{kind.name}。")
    if kind.after and kind.after not in refused:
        yield Refusal("H-14", f"{kind.name}要在协议没有谈成以后才安排，请先办赡养协议。")


def _unanswered(plan: Plan) -> Iterator[Refusal]:
    answered = {cause for planned in plan.measures for cause in planned.answers}
    for cause in plan.causes:
        if cause not in answered:
            yield Refusal("H-06", f"风险“{cause.label}”还没有措施，请至少安排一项。")


def counted(pack: Pack, codes: Collection[str]) -> int:
    """How many of these measures each meet H-07 alone: training and 其他 do not (H-07a)."""
    counting = {kind.code for kind in pack.help.measures if kind.counts}
    return sum(code in counting for code in codes)


def _of_labour(pack: Pack, plan: Plan, on: date) -> Iterator[Refusal]:
    """H-07: able and willing, weakly able, not able; each has its own answer."""
    minimum = pack.help.development_measure_min
    labour = labour_class(plan.members, on)
    enough = counted(pack, [planned.code for planned in plan.measures]) >= minimum
    if not minimum or (enough and labour is not LabourClass.NO_LABOUR):
        return
    if labour is LabourClass.UNKNOWN:
        yield Refusal("H-07", "家庭成员的劳动能力没有填全，请补填后再确认计划。")
    elif labour is LabourClass.ABLE and _asked(pack) and not plan.why_not.strip():
        yield Refusal("H-07", _without_development(minimum, willing=plan.willing))
    elif labour is LabourClass.WEAK_OR_HALF and not _tried(pack, plan):
        yield Refusal("H-07", "这户只有弱劳动力或半劳动力，请写明试过哪些开发式措施、结果怎样。")
    elif labour is LabourClass.NO_LABOUR and not _safety_net(pack, plan) and not plan.why_not:
        yield Refusal("H-07", "这户整户无劳动力，请安排兜底保障；不符合条件的，写明原因。")


def _asked(pack: Pack) -> bool:
    return "ABLE_AND_WILLING" in pack.help.development_applies_to


def _without_development(minimum: int, *, willing: bool) -> str:
    if not willing:
        return "这户有劳动力，没有意愿，请写明为什么不愿意。"
    return (
        f"这户有劳动力、有意愿，至少要有{minimum}项产业、就业等开发式措施；"
        "只有技能培训、其他或综合保障的不算。确实没有的，请写明原因。"
    )


def _tried(pack: Pack, plan: Plan) -> bool:
    """Where the pack asks the same of the weakly able as of the able, a written word of what was tried
    is not enough: the reason has to be there too.
    """
    if "WEAK_OR_HALF" in pack.help.development_applies_to:
        return bool(plan.tried.strip() and plan.why_not.strip())
    return bool(plan.tried.strip())


def _safety_net(pack: Pack, plan: Plan) -> bool:
    nets = {kind.code for kind in pack.help.measures if kind.family is Family.SAFETY_NET}
    return any(planned.code in nets for planned in plan.measures)


def _of_agreement(plan: Plan) -> Iterator[Refusal]:
    if not plan.signed and not plan.not_signed.strip():
        yield Refusal("H-03", "计划要与农户商定：请农户签字，没有签的写明原因。")


def not_landed(pack: Pack, identified_on: date, landed: Collection[date], on: date) -> bool:
    """Whether nothing has landed a month after identification (H-07a): the household is on a list."""
    last = plus_months(identified_on, pack.checks.measure_months)
    return on > last and not any(day <= on for day in landed)


def four_clear(
    causes: Collection[RiskCause],
    gap_items: Collection[GapItem],
    measures: Collection[Planned],
    responsible: Collection[str],
) -> dict[str, bool]:
    """四清 of a household (H-08), computed: who is in need, what is missing, what is done, who answers."""
    answered = {cause for planned in measures for cause in planned.answers}
    return {
        "底数清": bool(causes),
        "问题清": bool(gap_items),
        "措施清": bool(causes) and set(causes) <= answered,
        "责任清": bool(responsible),
    }
