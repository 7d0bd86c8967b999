"""Elimination of a household's risk (风险消除, E-01, E-02, E-12): each condition with the figure behind
it, who is not taken off although the risk seems gone (E-07), and the mark 兜底 (E-07a).

Nothing here decides: the list of who is ready is computed, the county evaluates.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.income import Statement, per_head, reckon
from rulebook.labour import able_members, labour_class
from rulebook.measures import has_sign
from rulebook.money import yuan
from rulebook.months import plus_months
from rulebook.national.codes import EliminationMode
from rulebook.national.households import Person
from rulebook.packs import Pack
from rulebook.packs.helping import Exit, LabourClass, MemberSign
from schemas.codes import Coded, RiskCause

OVER = {"GT": "高于", "GE": "达到"}


class Guarantee(Coded):
    """三保障 and safe water."""

    EDUCATION = "EDUCATION", "义务教育"
    MEDICAL = "MEDICAL", "基本医疗"
    HOUSING = "HOUSING", "住房安全"
    WATER = "WATER", "饮水安全"


class Matter(Coded):
    """What is asked before a risk counts as eliminated."""

    MONITORED = "MONITORED", "监测时间"
    INCOME = "INCOME", "收入稳定"
    GUARANTEES = "GUARANTEES", "三保障和饮水安全"
    RISKS = "RISKS", "识别时的风险"
    NEW_RISK = "NEW_RISK", "新增风险"
    MEASURES = "MEASURES", "帮扶措施"
    LABOUR = "LABOUR", "暂不消除情形"


@dataclass(frozen=True)
class Measured:
    """A household's income as it was measured, in fen: by the pack's formula, beside the line of that
    day.
    """

    on: date
    total: int
    size: int
    line: int

    @classmethod
    def of(cls, pack: Pack, statement: Statement, on: date) -> "Measured":
        """`LookupError` with a Chinese text when the pack has no line for the day."""
        result = reckon(pack, statement, on).test
        return cls(on, result.total, result.size, result.line)

    def reaches(self, line: int, operator: str) -> bool:
        """Whether it is above the line, by `exit.line_operator`; exact, total against line × size."""
        limit = line * self.size
        return self.total >= limit if operator == "GE" else self.total > limit

    def is_below(self, line: int, operator: str) -> bool:
        """Whether it is below the line, by `income.line_operator` as when a household is admitted."""
        limit = line * self.size
        return self.total <= limit if operator == "LE" else self.total < limit

    @property
    def words(self) -> str:
        """With the total that is compared: a head's share is rounded."""
        mean = per_head(self.total, self.size)
        return f"{self.on}人均{mean}元（{self.size}人共{yuan(self.total)}元）"


@dataclass(frozen=True)
class Risk:
    """One risk of the household. `gone`: how it went, and in `how` the words for it; None while it is
    there.
    """

    cause: RiskCause
    on: date
    gone: EliminationMode | None = None
    how: str = ""


@dataclass(frozen=True)
class Landed:
    """A measure that has landed; `answers`: for which risks."""

    code: str
    on: date
    answers: tuple[RiskCause, ...] = ()
    recognised: bool = False


@dataclass(frozen=True)
class Candidate:
    """What is known of a monitored household when it is looked at."""

    identified_on: date
    members: tuple[Person, ...]
    incomes: tuple[Measured, ...] = ()
    guarantees: Mapping[Guarantee, bool] | None = None
    risks: tuple[Risk, ...] = ()
    measures: tuple[Landed, ...] = ()
    safety_net: bool = False
    """Whether a safety net has been put in place."""


@dataclass(frozen=True)
class Condition:
    """One condition, with its figure in a sentence that also says what to do where it is not met."""

    matter: Matter
    met: bool
    sentence: str


def conditions(pack: Pack, candidate: Candidate, on: date) -> tuple[Condition, ...]:
    """All of them on the day of the county's evaluation, or of the proposal as a forecast;
    `LookupError` with a Chinese text when the pack has no line for the day.
    """
    return (
        _monitored(pack, candidate.identified_on, on),
        _income(pack, candidate.incomes, on),
        *_guarantees(candidate.guarantees or {}),
        *_risks(candidate, on),
        _measures(pack, candidate, on),
        _labour(pack, candidate, on),
    )


def is_ready(found: Collection[Condition]) -> bool:
    """Whether the household belongs on the list of those who may be proposed."""
    return all(condition.met for condition in found)


def mode_of(risks: Collection[Risk]) -> EliminationMode:
    """自然消除 when all risks went by themselves, else 帮扶消除, also while one is still there."""
    natural = bool(risks) and all(risk.gone is EliminationMode.NATURAL for risk in risks)
    return EliminationMode.NATURAL if natural else EliminationMode.HELPED


def allowed_from(pack: Pack, identified_on: date) -> date:
    """The first day on which the monitoring time is long enough (E-02, GT-14), for either mode."""
    rules = pack.exit
    full = plus_months(identified_on, rules.min_monitoring_months)
    return full + timedelta(1) if rules.strict else full


def _monitored(pack: Pack, identified_on: date, on: date) -> Condition:
    months, first = pack.exit.min_monitoring_months, allowed_from(pack, identified_on)
    words = f"{'超过' if pack.exit.strict else '满'}{months}个月"
    since = f"{identified_on}识别"
    if on >= first:
        return Condition(Matter.MONITORED, True, f"{since}，到{on}监测时间{words}。")
    sentence = f"{since}，监测时间要{words}，{first}起才可以消除。"
    return Condition(Matter.MONITORED, False, sentence)


def _income(pack: Pack, incomes: Sequence[Measured], on: date) -> Condition:
    """Above the line of this year, and above its own since a statement that lies far enough back, with
    none below between (E-01).
    """
    rules, line = pack.exit, pack.income.line_on(on)
    known = sorted((one for one in incomes if one.on <= on), key=lambda one: one.on)
    if not known:
        return Condition(Matter.INCOME, False, "还没有收入测算，请入户测算。")
    latest, first = known[-1], _stable_since(pack, known)
    if first is None or not latest.reaches(line, rules.line_operator):
        sentence = f"{latest.words}，没有{OVER[rules.line_operator]}当年监测范围{yuan(line)}元。"
        return Condition(Matter.INCOME, False, sentence)
    enough = plus_months(first.on, rules.min_income_stable_months)
    if latest.on < enough:
        sentence = (
            f"{first.words}，起算稳定；要稳定{rules.min_income_stable_months}个月，"
            f"请在{enough}或以后再测算一次。"
        )
        return Condition(Matter.INCOME, False, sentence)
    said = "、".join(dict.fromkeys(one.words for one in (first, latest)))
    return Condition(
        Matter.INCOME,
        True,
        f"{said}，都{OVER[rules.line_operator]}监测范围；当年监测范围{yuan(line)}元。",
    )


def _stable_since(pack: Pack, known: Sequence[Measured]) -> Measured | None:
    """The earliest statement above the line of its day after which none was below; None when the latest
    is not above.
    """
    first: Measured | None = None
    for one in reversed(known):
        if one.reaches(one.line, pack.exit.line_operator):
            first = one
        elif first is None or one.is_below(one.line, pack.income.line_operator):
            break
    return first


def _guarantees(seen: Mapping[Guarantee, bool]) -> Iterator[Condition]:
    for guarantee in Guarantee:
        said = {True: "有保障", False: "没有保障，请先解决", None: "没有核实，请入户核实"}
        state = seen.get(guarantee)
        sentence = f"{guarantee.label}{said[state]}。"
        yield Condition(Matter.GUARANTEES, state is True, sentence)


def _risks(candidate: Candidate, on: date) -> Iterator[Condition]:
    """Those of the identification one by one; later ones only where they are still there."""
    risks = [risk for risk in candidate.risks if risk.on <= on]
    original = [risk for risk in risks if risk.on <= candidate.identified_on]
    for risk in original:
        how = f"：{risk.how}" if risk.how else ""
        said = f"已{risk.gone.label}{how}" if risk.gone else "还没有消除"
        yield Condition(Matter.RISKS, risk.gone is not None, f"{risk.cause.label}{said}。")
    if not original:
        yield Condition(Matter.RISKS, False, "没有写明识别时的风险，请补填。")
    new = [risk for risk in risks if risk.on > candidate.identified_on and risk.gone is None]
    named = "、".join(f"{risk.on}{risk.cause.label}" for risk in new)
    sentence = f"有新增风险：{named}。" if new else "没有新增风险。"
    yield Condition(Matter.NEW_RISK, not new, sentence)


def _measures(pack: Pack, candidate: Candidate, on: date) -> Condition:
    """For 帮扶消除 alone (E-12): whose risk went by itself needs none."""
    minimum = pack.exit.min_measures
    if not minimum or mode_of(candidate.risks) is EliminationMode.NATURAL:
        return Condition(
            Matter.MEASURES, True, "自然消除，不要求措施。" if minimum else "不要求措施。"
        )
    causes = {risk.cause for risk in candidate.risks}
    landed = sum(
        one.on <= on and bool(causes & {*one.answers}) and _is_there(pack, one)
        for one in candidate.measures
    )
    what = "已落实并经乡镇认定" if pack.help.recognition else "已落实"
    sentence = f"针对风险{what}的措施{landed}项，至少要有{minimum}项。"
    return Condition(Matter.MEASURES, landed >= minimum, sentence)


def _is_there(pack: Pack, measure: Landed) -> bool:
    return measure.recognised or not pack.help.recognition


@dataclass(frozen=True)
class Deferral:
    """暂不消除 (E-07): under which of the pack's rules, and why."""

    code: str
    sentence: str


CONDITIONS = {
    "SEVERE_DISABILITY": (MemberSign.SEVERE_DISABILITY,),
    "ELDERLY": (MemberSign.ELDERLY,),
    "SERIOUS_OR_CHRONIC_ILLNESS": (MemberSign.SERIOUS_ILLNESS, MemberSign.CHRONIC_ILLNESS),
}
WHOLE_CLASS = (LabourClass.NO_LABOUR,)


def deferral(
    pack: Pack, members: Collection[Person], on: date, *, safety_net: bool
) -> Deferral | None:
    """Why the household is not taken off although its risk seems gone; None when nothing says so."""
    labour = labour_class(members, on)
    for rule in pack.exit.defer_rules:
        if labour not in (rule.labour or WHOLE_CLASS):
            continue
        shown = list(_shown(pack, rule, members, on))
        if rule.conditions and not shown:
            continue
        who = f"，{'、'.join(shown)}" if shown else ""
        then = "兜底保障已落实，继续跟踪监测" if safety_net else "请先落实兜底保障，继续跟踪监测"
        return Deferral(rule.code, f"{labour.label}{who}；{then}，暂不消除。")
    return None


def _shown(pack: Pack, rule: Exit.Defer, members: Collection[Person], on: date) -> Iterator[str]:
    for person in members:
        signs = [sign for name in rule.conditions for sign in CONDITIONS[name]]
        seen = [sign.label for sign in signs if has_sign(pack, sign, person, on)]
        if seen:
            yield f"{person.name or '家庭成员'}（{'、'.join(seen)}）"


def _labour(pack: Pack, candidate: Candidate, on: date) -> Condition:
    if not pack.exit.defer_rules:
        return Condition(Matter.LABOUR, True, "没有暂不消除的规定。")
    if labour_class(candidate.members, on) is LabourClass.UNKNOWN:
        return Condition(Matter.LABOUR, False, "家庭成员的劳动能力没有填全，请补填。")
    found = deferral(pack, candidate.members, on, safety_net=candidate.safety_net)
    if found:
        return Condition(Matter.LABOUR, False, found.sentence)
    return Condition(Matter.LABOUR, True, "没有暂不消除的情形。")


def mark_refusal(
    pack: Pack, members: Collection[Person], on: date, *, safety_net: bool
) -> str | None:
    """Why a monitored household cannot be marked 整户无劳动力兜底保障户 (E-07a); None when it can."""
    if not pack.exit.safety_net_mark:
        return "本县没有整户无劳动力兜底保障这一标记。"
    labour = labour_class(members, on)
    if labour is not LabourClass.NO_LABOUR:
        return f"这户{labour.label}，不是整户无劳动力，不能标记。"
    return None if safety_net else "还没有落实兜底保障，请先落实再标记。"


def mark_falls(members: Collection[Person], on: date) -> str | None:
    """Why the mark falls: somebody of the household can work now, if only weakly; None while it
    stands.
    """
    able = able_members(members, on)
    names = "、".join(one.name or "家庭成员" for one in able)
    return f"{names}有劳动能力，兜底标记取消，请落实帮扶措施。" if able else None
