"""Income statement of a household (D4) and what follows from it: net and assessed income, the
comparison with the line, the category that it suggests. All amounts are fen.

Nothing here decides: both results are shown with the sum written out, and a person says what holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from rulebook.money import yuan
from rulebook.months import first_day, last_day, month_of, previous_month
from rulebook.packs import Pack
from schemas.codes import Coded, Stratum


class FigureSource(Coded):
    """Where a figure comes from."""

    DECLARED = "DECLARED", "申报"
    VOUCHER = "VOUCHER", "凭证"
    DEPARTMENT = "DEPARTMENT", "部门数据"
    ESTIMATE = "ESTIMATE", "估算"


class IncomeLine(Coded):
    """The lines of the statement, in their order on the form."""

    WAGE = "WAGE", "工资性收入"
    BUSINESS_INCOME = "BUSINESS_INCOME", "生产经营性收入"
    BUSINESS_COST = "BUSINESS_COST", "生产经营性支出"
    PROPERTY = "PROPERTY", "财产性收入"
    SUBSISTENCE = "SUBSISTENCE", "低保金"
    PENSION = "PENSION", "养老金"
    LAND_SUBSIDY = "LAND_SUBSIDY", "土地补贴"
    ECOLOGICAL = "ECOLOGICAL", "生态补偿"
    OTHER_TRANSFER = "OTHER_TRANSFER", "其他转移性收入"
    CLAIMS = "CLAIMS", "理赔收入"
    SELF_PAID_MEDICAL = "SELF_PAID_MEDICAL", "医疗合规自付"
    SELF_PAID_EDUCATION = "SELF_PAID_EDUCATION", "教育合规自付"
    SELF_PAID_DISASTER = "SELF_PAID_DISASTER", "灾害修复自付"
    SELF_PAID_OTHER = "SELF_PAID_OTHER", "其他合规自付"


L = IncomeLine
TRANSFER = (L.SUBSISTENCE, L.PENSION, L.LAND_SUBSIDY, L.ECOLOGICAL, L.OTHER_TRANSFER)
SELF_PAID = (L.SELF_PAID_MEDICAL, L.SELF_PAID_EDUCATION, L.SELF_PAID_DISASTER, L.SELF_PAID_OTHER)
INDICATORS = {"NET_INCOME": "纯收入", "DISPOSABLE_INCOME": "可支配收入"}


@dataclass(frozen=True)
class Figure:
    """One amount as the household declares it and as a department has it; both are kept, the source
    says which counts. `source` None: nobody said, then what was declared counts, if anything was.
    """

    declared: int | None = None
    department: int | None = None
    source: FigureSource | None = None

    @property
    def amount(self) -> int:
        """What counts; a figure that nobody gave is nothing."""
        declared, department = self.declared, self.department
        if self.source == FigureSource.DEPARTMENT or declared is None:
            return department or 0
        return declared

    @property
    def counted_source(self) -> FigureSource:
        """Whose amount counts, also where nobody said."""
        if self.source:
            return self.source
        only_department = self.declared is None and self.department is not None
        return FigureSource.DEPARTMENT if only_department else FigureSource.DECLARED

    @property
    def difference(self) -> int | None:
        """The department's value less the declared one; None unless both are there."""
        if self.declared is None or self.department is None:
            return None
        return self.department - self.declared


@dataclass(frozen=True)
class Statement:
    """What a household has and pays in its measuring period, and how many share it (B-23).

    `ValueError` with a Chinese text when it cannot be: a negative amount, nobody who shares, a source
    without its value. Costs above income are a loss and allowed.
    """

    figures: Mapping[IncomeLine, Figure]
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("共同收支人数至少为1人，请核对家庭成员")
        for line, figure in self.figures.items():
            if any(
                value is not None and value < 0 for value in (figure.declared, figure.department)
            ):
                raise ValueError(f"{line.label}不能是负数；支出大于收入的，收入和支出分别填写")
            if figure.source == FigureSource.DEPARTMENT and figure.department is None:
                raise ValueError(f"{line.label}的来源是部门数据，请填写部门提供的金额")
            if (
                figure.source not in (None, FigureSource.DEPARTMENT)
                and figure.declared is None
                and figure.department is not None
            ):
                raise ValueError(f"{line.label}只有部门提供的金额，来源请选部门数据")

    def amount(self, *lines: IncomeLine) -> int:
        """What counts, of these lines together."""
        return sum(self.figures[line].amount for line in lines if line in self.figures)

    @property
    def business(self) -> int:
        """What business brings after its costs; a loss is negative."""
        return self.amount(L.BUSINESS_INCOME) - self.amount(L.BUSINESS_COST)

    @property
    def net(self) -> int:
        """Wages, business after its costs, property, transfers."""
        return self.amount(L.WAGE) + self.business + self.amount(L.PROPERTY, *TRANSFER)

    @property
    def assessed(self) -> int:
        """Net income and claims paid, less compliant self-paid costs (L-06)."""
        return self.net + self.amount(L.CLAIMS) - self.amount(*SELF_PAID)

    @property
    def differences(self) -> dict[IncomeLine, int]:
        """Where a department has another amount than was declared, and by how much."""
        found = {line: figure.difference for line, figure in self.figures.items()}
        return {line: difference for line, difference in found.items() if difference}

    def taking(self, source: FigureSource) -> "Statement":
        """The statement as it would be with this one's value wherever both are there and nobody
        said which counts.
        """
        figures = {
            line: Figure(figure.declared, figure.department, source)
            if figure.source is None and figure.difference is not None
            else figure
            for line, figure in self.figures.items()
        }
        return Statement(figures, self.size)


def a_head(total: int, size: int) -> int:
    """Fen a head, half up, to be kept and shown. Nothing is compared by it."""
    return int((Decimal(total) / size).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def per_head(total: int, size: int) -> str:
    """The same in yuan for the eye: 3080000, 4 -> "7,700.00"."""
    return yuan(a_head(total, size))


@dataclass(frozen=True)
class Result:
    """One way of reckoning beside the line; exact: the total against line × size (GT-07)."""

    name: str
    total: int
    size: int
    line: int
    operator: str
    sum_: str

    @property
    def is_below(self) -> bool:
        """Whether it is below the line, or within it where the pack counts the line itself (B-25)."""
        limit = self.line * self.size
        return self.total <= limit if self.operator == "LE" else self.total < limit

    @property
    def sentence(self) -> str:
        """The sum written out, with both sides of the comparison."""
        words = {
            ("LT", True): "低于",
            ("LT", False): "不低于",
            ("LE", True): "不高于",
            ("LE", False): "高于",
        }
        return (
            f"{self.name}：{self.sum_}＝{yuan(self.total)}元，"
            f"÷{self.size}人＝人均{per_head(self.total, self.size)}元；"
            f"{words[self.operator, self.is_below]}监测范围"
            f"（{yuan(self.line)}元×{self.size}人＝{yuan(self.line * self.size)}元）。"
        )


@dataclass(frozen=True)
class Reckoning:
    """Both results under the line of a day; the pack's formula says which is the income test."""

    net: Result
    assessed: Result
    formula: str

    @property
    def test(self) -> Result:
        """The result that the pack's formula makes the income test."""
        return self.net if self.formula == "NET" else self.assessed

    @property
    def is_below(self) -> bool:
        """Whether the household's income is below the line, by the pack's formula."""
        return self.test.is_below


def reckon(pack: Pack, statement: Statement, on: date) -> Reckoning:
    """The statement beside the line of the day on which the household was visited (B-26);
    `LookupError` with a Chinese text when the pack has no line for it.
    """
    income = pack.income
    line, name = income.line_on(on), INDICATORS[income.indicator]

    def result(name: str, total: int, sum_: str) -> Result:
        return Result(name, total, statement.size, line, income.line_operator, sum_)

    kinds = (
        ("", L.WAGE.label, statement.amount(L.WAGE)),
        ("＋", L.BUSINESS_INCOME.label, statement.amount(L.BUSINESS_INCOME)),
        ("－", L.BUSINESS_COST.label, statement.amount(L.BUSINESS_COST)),
        ("＋", L.PROPERTY.label, statement.amount(L.PROPERTY)),
        ("＋", "转移性收入", statement.amount(*TRANSFER)),
    )
    adjusted = (
        ("", name, statement.net),
        ("＋", L.CLAIMS.label, statement.amount(L.CLAIMS)),
        ("－", "合规自付支出", statement.amount(*SELF_PAID)),
    )
    return Reckoning(
        result(name, statement.net, _sum(kinds)),
        result("扣除后收入", statement.assessed, _sum(adjusted)),
        income.formula,
    )


def _sum(parts: Iterable[tuple[str, str, int]]) -> str:
    return "".join(f"{sign}{name}{yuan(amount)}" for sign, name, amount in parts)


def unsettled(pack: Pack, statement: Statement, on: date) -> tuple[IncomeLine, ...]:
    """Lines whose source has to be said: with the declared amounts the household is on one side of
    the line, with the departments' on the other.
    """
    sides = {
        reckon(pack, statement.taking(source), on).is_below
        for source in (FigureSource.DECLARED, FigureSource.DEPARTMENT)
    }
    if len(sides) == 1:
        return ()
    return tuple(line for line in statement.differences if statement.figures[line].source is None)


@dataclass(frozen=True)
class Suggestion:
    """A category to think about, never a decision; None where income alone suggests none."""

    category: Stratum | None
    reason: str


def suggest(pack: Pack, reckoning: Reckoning, *, ex_poor: bool) -> Suggestion:
    """By the pack's basis (B-14). NET: whoever is below by net income is an unstable ex-poor or
    marginal household, whoever falls below only by what he paid has a sudden hardship. ASSESSED: the
    assessed income alone tells.
    """
    by_net = pack.income.category_basis == "NET"
    basis = reckoning.net if by_net else reckoning.assessed
    ordinary = Stratum.UNSTABLE_EX_POOR if ex_poor else Stratum.MARGINAL
    who = "脱贫户" if ex_poor else "一般农户"
    category: Stratum | None = None
    if basis.is_below:
        category, reason = ordinary, f"{basis.name}在监测范围内，属于{who}"
    elif by_net and reckoning.formula != "NET" and reckoning.assessed.is_below:
        category = Stratum.SUDDEN_HARDSHIP
        reason = f"{basis.name}高于监测范围，扣除合规自付支出后在监测范围内，刚性支出较大"
    else:
        reason = "收入高于监测范围；有突发困难、收入大幅缩减的，请按实际情况判断"
    if category and category not in pack.category_set:
        return Suggestion(None, f"{reason}；本县没有“{category.label}”这一类，请按实际情况判断")
    if category:
        reason += f"，建议为{category.label}，由人决定"
    return Suggestion(category, reason)


@dataclass(frozen=True)
class Period:
    """The months that an income statement is about, first and last day included."""

    begin: date
    end: date


def measuring_period(pack: Pack, on: date) -> Period:
    """For a visit on this day: the last 12 full months, or those that the pack fixes (GT-08)."""
    fixed = pack.income.period_fixed
    if pack.income.period_rule == "FIXED" and fixed is not None:
        return Period(fixed.begin, fixed.end)
    month = month_of(on)
    return Period(first_day(f"{on.year - 1:04}-{month[5:]}"), last_day(previous_month(month)))
