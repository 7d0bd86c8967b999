"""Last year's income beside this year's, and what cannot be left unpaid beside it (L-09…L-11). All
amounts are fen; a fall or an excess is shown, a person says whether it matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.income import TRANSFER, IncomeLine, Statement
from rulebook.money import yuan


@dataclass(frozen=True)
class Change:
    """One kind of income, last year and this year (L-09)."""

    name: str
    before: int | None
    now: int

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.now - self.before

    @property
    def has_fallen(self) -> bool:
        return self.difference is not None and self.difference < 0


@dataclass(frozen=True)
class LastYear:
    """The four kinds of last year's income; business after its costs, a loss is negative. None:
    nobody said.
    """

    wage: int | None = None
    business: int | None = None
    property_income: int | None = None
    transfer: int | None = None

    def __post_init__(self) -> None:
        if any(
            value is not None and value < 0
            for value in (self.wage, self.property_income, self.transfer)
        ):
            raise ValueError("上年的工资性、财产性、转移性收入不能是负数")

    @property
    def total(self) -> int | None:
        """None unless all four are there."""
        kinds = (self.wage, self.business, self.property_income, self.transfer)
        known = [value for value in kinds if value is not None]
        return sum(known) if len(known) == len(kinds) else None

    def beside(self, statement: Statement) -> tuple[Change, ...]:
        """Kind by kind beside this year's, and their total."""
        return (
            Change(IncomeLine.WAGE.label, self.wage, statement.amount(IncomeLine.WAGE)),
            Change("生产经营净收入", self.business, statement.business),
            Change(
                IncomeLine.PROPERTY.label,
                self.property_income,
                statement.amount(IncomeLine.PROPERTY),
            ),
            Change("转移性收入", self.transfer, statement.amount(*TRANSFER)),
            Change("合计", self.total, statement.net),
        )


def rigid_expenditure(costs: Mapping[str, int], last_year: LastYear) -> str:
    """What the household cannot avoid paying, beside last year's income (L-10, L-11), as a sentence;
    whether that is "clearly" above it a person says. `ValueError` for a negative amount.
    """
    for name, cost in costs.items():
        if cost < 0:
            raise ValueError(f"{name}支出不能是负数")
    spent = sum(costs.values())
    parts = "＋".join(f"{name}{yuan(cost)}" for name, cost in costs.items() if cost)
    said = f"刚性支出{parts}＝{yuan(spent)}元" if parts else "没有刚性支出"
    income = last_year.total
    if income is None:
        return f"{said}；上年收入没有填全，不能比较。"
    how = "超过" if spent > income else "没有超过"
    return f"{said}，{how}上年收入{yuan(income)}元。"
