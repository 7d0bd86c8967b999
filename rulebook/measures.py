"""The pack's catalogue of measures: what each one is, and what is suggested for a household (H-06,
H-12). People choose; a suggestion says only what it is for.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from rulebook.checks.declared import age
from rulebook.national.codes import Health, Stage, Student
from rulebook.national.households import Person
from rulebook.packs import Pack
from rulebook.packs.helping import Guarantor, Measure, MemberSign
from rulebook.packs.oversight import Fund
from schemas.codes import Coded, GapItem, RiskCause, Stratum

SEVERE = (1, 2)
BEYOND_COMPULSORY = (Stage.SENIOR, Stage.COLLEGE, Stage.POSTGRADUATE)
VOCATIONAL = (
    Student.VOCATIONAL_1,
    Student.VOCATIONAL_2,
    Student.VOCATIONAL_3,
    Student.COLLEGE_1,
    Student.COLLEGE_2,
    Student.COLLEGE_3,
)
S = MemberSign


class Progress(Coded):
    """How far a measure has come (H-01); money of a scheme is applied for, paid and used (F-01)."""

    PLANNED = "PLANNED", "已计划"
    ORDERED = "ORDERED", "已交办"
    LANDED = "LANDED", "已落实"
    APPLIED = "APPLIED", "已申请"
    PAID = "PAID", "已拨付"
    USED = "USED", "已使用"
    EFFECTIVE = "EFFECTIVE", "已见效"


P = Progress
WAY = (P.PLANNED, P.ORDERED, P.LANDED, P.EFFECTIVE)
WAY_OF_MONEY = (P.PLANNED, P.APPLIED, P.PAID, P.USED, P.EFFECTIVE)


def progress_refusal(before: Progress | None, after: Progress, *, money: bool) -> str | None:
    """Why a measure does not come from the one to the other; None when it does. Nobody has to order
    what he does himself; nothing has an effect before it is there.
    """
    way = WAY_OF_MONEY if money else WAY
    if after not in way:
        return f"{'资金类' if money else '这类'}措施没有“{after.label}”这一步。"
    if before is not None and way.index(after) <= way.index(before):
        return f"措施{before.label}，不能再改为{after.label}。"
    if after is P.EFFECTIVE and before is not way[-2]:
        return f"措施还没有落实，不能写成效：请先登记{way[-2].label}。"
    return None


def kind_of(pack: Pack, code: str) -> Measure:
    """`LookupError` with a Chinese text for a code that the catalogue has not."""
    for kind in pack.help.measures:
        if kind.code == code:
            return kind
    raise LookupError(f"措施目录里没有“{code}”，请从目录里选择")


def scheme_of(pack: Pack, kind: Measure) -> Fund.Scheme | None:
    """Whose money the measure is, where the pack has the scheme."""
    return next((one for one in pack.fund.schemes if one.code == kind.scheme), None)


def has_sign(pack: Pack, sign: MemberSign, person: Person, on: date) -> bool:
    """Whether this is seen of the person on that day."""
    if sign is S.ELDERLY:
        years = age(person, on)
        return years is not None and years >= pack.tags.elderly_age
    return SIGNS[sign](person)


def _studies(*stages: Stage) -> Callable[[Person], bool]:
    return lambda one: isinstance(one.student, Student) and one.student.stage in stages


SIGNS: dict[MemberSign, Callable[[Person], bool]] = {
    S.KINDERGARTEN: lambda one: one.student is Student.KINDERGARTEN,
    S.PUPIL: _studies(Stage.COMPULSORY),
    S.STUDENT: _studies(*BEYOND_COMPULSORY),
    S.VOCATIONAL: lambda one: one.student in VOCATIONAL,
    S.JUNIOR_COLLEGE_ENTRANT: lambda one: one.student is Student.COLLEGE_1,
    S.BACHELOR_ENTRANT: lambda one: one.student is Student.UNIVERSITY_1,
    S.OUT_OF_SCHOOL: lambda one: bool(one.dropout_reason or one.unschooled_reason),
    S.SERIOUS_ILLNESS: lambda one: Health.SERIOUS in one.health,
    S.CHRONIC_ILLNESS: lambda one: Health.CHRONIC in one.health,
    S.SEVERE_DISABILITY: lambda one: one.disability_level in SEVERE,
    S.UNINSURED: lambda one: one.residents_insurance is False and not one.employees_insurance,
}


@dataclass(frozen=True)
class Reason:
    """Why a measure is suggested: a cause, a gap item, or a sign of a member."""

    words: str
    person: Person | None = None


@dataclass(frozen=True)
class Suggested:
    """A kind of measure to think about."""

    kind: Measure
    reasons: tuple[Reason, ...]

    @property
    def sentence(self) -> str:
        """公益性岗位：因务工就业不稳；缺就业。"""
        return f"{self.kind.name}：{'；'.join(reason.words for reason in self.reasons)}。"


def suggestions(
    pack: Pack,
    *,
    causes: Collection[RiskCause],
    gap_items: Collection[GapItem] = (),
    members: Collection[Person] = (),
    on: date,
    refused: Collection[str] = (),
) -> tuple[Suggested, ...]:
    """In the catalogue's order. Without gap items, what is usually missing for the causes counts;
    `refused`: measures that those concerned did not want, after which others may follow (H-14).
    """
    missing = tuple(gap_items) or _usually_missing(pack, causes)
    found = (
        (kind, tuple(_reasons(pack, kind, causes, missing, members, on)))
        for kind in pack.help.measures
        if kind.code not in refused and (kind.after is None or kind.after in refused)
    )
    return tuple(Suggested(kind, reasons) for kind, reasons in found if reasons)


def _usually_missing(pack: Pack, causes: Collection[RiskCause]) -> tuple[GapItem, ...]:
    rows = (row for row in pack.dispatch.default_gap_items if row.cause in causes)
    return tuple(dict.fromkeys(GapItem(code) for row in rows for code in row.gap_items))


def _reasons(
    pack: Pack,
    kind: Measure,
    causes: Collection[RiskCause],
    missing: Collection[GapItem],
    members: Collection[Person],
    on: date,
) -> Iterator[Reason]:
    yield from (Reason(cause.label) for cause in causes if cause in kind.causes)
    yield from (Reason(f"缺{item.label}") for item in missing if item in kind.gap_items)
    for person in members:
        for sign in kind.members:
            if has_sign(pack, sign, person, on):
                yield Reason(f"{person.name or '家庭成员'}{sign.label}", person)


def guarantors(pack: Pack, category: Stratum) -> tuple[Guarantor, ...]:
    """Who vouches for a household of this category (H-09, H-10); nobody where the pack has none."""
    return pack.help.guarantor_levels.get(category, ()) if pack.help.guarantors else ()
