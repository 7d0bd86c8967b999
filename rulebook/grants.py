"""Money of a scheme (A12): who is proposed, what may be promised, and what was paid against a rule.

What is planned or ordered and meets a doubt is refused; what a department says it has paid is a fact:
it is recorded, and the doubt stands beside it. All amounts are fen; what comes back is a reversal
(冲销), never a negative amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rulebook.labour import able_members
from rulebook.measures import has_sign
from rulebook.money import wan, yuan
from rulebook.national.households import Household, Person
from rulebook.packs import Pack
from rulebook.packs.helping import HouseholdSign
from rulebook.packs.oversight import Fund
from schemas.codes import Coded


@dataclass(frozen=True)
class Proposal:
    """Somebody whom a scheme's rule proposes; a person confirms. No `person`: the household itself."""

    scheme: str
    reason: str
    person: Person | None = None


def rule_of(pack: Pack, scheme: str) -> Fund.Rule:
    """`LookupError` with a Chinese text for a scheme that the pack has not."""
    if scheme in {one.code for one in pack.fund.schemes}:
        return next(rule for rule in pack.fund.rules if rule.scheme == scheme)
    raise LookupError(f"没有资金项目“{scheme}”")


def proposals(pack: Pack, scheme: str, household: Household, on: date) -> tuple[Proposal, ...]:
    """Whom the scheme's rule proposes in this household (F-02, H-13); nobody where data do not say."""
    return tuple(_proposals(pack, rule_of(pack, scheme), household, on))


def _proposals(pack: Pack, rule: Fund.Rule, household: Household, on: date) -> Iterator[Proposal]:
    for sign in rule.households:
        if _is(pack, sign, household, on):
            yield Proposal(rule.scheme, _words(pack, sign, household))
    for person in household.members:
        for one in rule.members:
            if has_sign(pack, one, person, on):
                yield Proposal(rule.scheme, f"{person.name or '家庭成员'}{one.label}", person)


def _is(pack: Pack, sign: HouseholdSign, household: Household, on: date) -> bool:
    if sign is HouseholdSign.AT_RISK_WITH_LABOUR:
        return household.at_risk and bool(able_members(household.members, on))
    # Whoever is monitored has the other grant: one household, one of them.
    poor = household.per_head is not None and household.per_head < pack.income.grant_line
    return household.ex_poor and not household.at_risk and poor


def _words(pack: Pack, sign: HouseholdSign, household: Household) -> str:
    if sign is HouseholdSign.EX_POOR_LOW_INCOME:
        return (
            f"脱贫户，上年人均纯收入{yuan(household.per_head or 0)}元，"
            f"低于{yuan(pack.income.grant_line)}元"
        )
    return sign.label


class Doubt(Coded):
    """What is wrong with an amount; `label` is the flag beside one that was paid all the same."""

    DUPLICATE = "DUPLICATE", "疑似重复"
    OVER_BUDGET = "OVER_BUDGET", "超预算"
    AFTER_DEATH = "AFTER_DEATH", "死亡后发放"
    OFF_STANDARD = "OFF_STANDARD", "与标准不符"


@dataclass(frozen=True)
class Standing:
    """What was there before this amount: `committed`, all that was promised or paid from the scheme,
    less what came back; `had`, whether this person or household has had it, under the scheme's `once`.
    """

    committed: int = 0
    had: bool = False
    died: date | None = None


@dataclass(frozen=True)
class Doubted:
    """One doubt, with the sentence that refuses a plan or an order."""

    doubt: Doubt
    sentence: str


def doubts(
    pack: Pack, scheme: str | None, amount: int, standing: Standing, on: date
) -> tuple[Doubted, ...]:
    """Of an amount that is to be promised or was paid on this day; `scheme` None: of no scheme.
    `ValueError` with a Chinese text for an amount that cannot be.
    """
    check_amount(amount)
    return tuple(_doubts(pack, scheme, amount, standing, on))


def _doubts(
    pack: Pack, scheme: str | None, amount: int, standing: Standing, on: date
) -> Iterator[Doubted]:
    if standing.died is not None and on > standing.died:
        yield Doubted(Doubt.AFTER_DEATH, f"受益人已于{standing.died}去世，不能再发放。")
    if scheme is None:
        return
    rule = rule_of(pack, scheme)
    one = next(row for row in pack.fund.schemes if row.code == scheme)
    if rule.once and standing.had:
        whom = "同一人" if rule.once == "PERSON" else "同一户"
        yield Doubted(Doubt.DUPLICATE, f"{one.name}是一次性的，{whom}已经有过，不能重复。")
    if rule.once and one.amount_kind == "UNIT" and amount != one.amount:
        sentence = f"{one.name}的标准是{yuan(one.amount)}元，这次是{yuan(amount)}元，请核对。"
        yield Doubted(Doubt.OFF_STANDARD, sentence)
    if one.budget is not None and standing.committed + amount > one.budget:
        left = max(one.budget - standing.committed, 0)
        yield Doubted(
            Doubt.OVER_BUDGET,
            f"{one.name}预算{wan(one.budget)}，已安排{wan(standing.committed)}，"
            f"只剩{wan(left)}，不够这次的{yuan(amount)}元。",
        )


def check_amount(amount: int) -> None:
    """`ValueError` with a Chinese text unless it is an amount of money."""
    if amount < 0:
        raise ValueError("金额不能是负数；退回的钱请作冲销")


def check_reversal(amount: int, *, paid: int, returned: int) -> None:
    """What comes back of an amount that was paid; `ValueError` with a Chinese text when it is more
    than is still out.
    """
    check_amount(amount)
    if amount == 0:
        raise ValueError("冲销金额要大于0")
    if amount > paid - returned:
        raise ValueError(f"冲销金额不能超过还没有退回的{yuan(paid - returned)}元")


@dataclass(frozen=True)
class Share:
    """A scheme as it is planned or paid: so many households, so much in all."""

    scheme: str
    households: int
    total: int


def keeps_average(pack: Pack, share: Share) -> str:
    """户均 of a scheme beside the amount that the pack gives (F-02): a mean, no fixed amount of each.
    As a sentence; whoever reads it judges.
    """
    scheme = next(one for one in pack.fund.schemes if one.code == share.scheme)
    if not share.households:
        return f"{scheme.name}：还没有户。"
    exact = share.total == scheme.amount * share.households
    mean = yuan(round(share.total / share.households))
    how = "一致" if exact else "不一致"
    return (
        f"{scheme.name}：{share.households}户，共{wan(share.total)}，户均{mean}元，"
        f"与规定的户均{yuan(scheme.amount)}元{how}。"
    )
