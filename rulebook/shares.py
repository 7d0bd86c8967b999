"""Statistics of help and elimination (A13): households and persons, rates with their basis, averages
with their denominator, measures by family. Shares themselves are `rulebook.figures`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor

from rulebook.figures import average, percent
from rulebook.measures import kind_of
from rulebook.packs import Pack
from rulebook.packs.helping import Family
from schemas.codes import Coded


@dataclass(frozen=True)
class Count:
    """Households and their persons (户/人)."""

    households: int
    persons: int

    def __post_init__(self) -> None:
        if self.households < 0 or self.persons < self.households:
            raise ValueError(f"{self.households}户{self.persons}人：户数不能多于人数，请核对")

    def __add__(self, other: "Count") -> "Count":
        return Count(self.households + other.households, self.persons + other.persons)

    def __str__(self) -> str:
        return f"{self.households}户{self.persons}人"


NOBODY = Count(0, 0)


def total(parts: Iterable[Count]) -> Count:
    """What the categories come to together (GT-01, GT-05)."""
    return sum(parts, NOBODY)


def disagreement(said: Count, parts: Iterable[Count]) -> str | None:
    """How a stated total differs from its parts; None when they agree."""
    found = total(parts)
    return None if said == found else f"合计写{said}，各类相加{found}，请核对。"


def elimination_rate(pack: Pack, eliminated: Count, cumulative: Count) -> str:
    """风险消除率 by the pack's basis, and always beside it the other one, each with its denominator
    (GT-02, R-12).
    """
    decimals = pack.statistics.rate_decimals
    by = {
        "PERSONS": ("人", eliminated.persons, cumulative.persons),
        "HOUSEHOLDS": ("户", eliminated.households, cumulative.households),
    }
    first = pack.statistics.elimination_rate_basis
    said = [
        f"按{unit}{percent(part, whole, decimals)}（{part}÷{whole}）"
        for unit, part, whole in (by.pop(first), *by.values())
    ]
    return f"风险消除率{said[0]}，{said[1]}"


def counted_on(
    pack: Pack, *, approved: date | None, announced: date | None, annotated: date | None
) -> date | None:
    """Since when a household counts as eliminated (B-15); None while it does not. One that is approved
    and not yet counted stands on a line of its own.
    """
    days = {"COUNTY_APPROVED": approved, "ANNOUNCED": announced, "ANNOTATED": annotated}
    return days[pack.statistics.elimination_counted_at]


class Line(Coded):
    """On which line of the statistics a household stands that was ever monitored: they add up to 累计."""

    ELIMINATED = "ELIMINATED", "风险已消除"
    EVALUATED = "EVALUATED", "已评估认定，尚未计入消除"
    SAFETY_NET_KEPT = "SAFETY_NET_KEPT", "整户无劳动力兜底保障"
    AT_RISK = "AT_RISK", "风险未消除"


def line_of(
    pack: Pack,
    *,
    approved: date | None = None,
    announced: date | None = None,
    annotated: date | None = None,
    safety_net_kept: bool = False,
) -> Line:
    """兜底 is a line of its own, neither eliminated nor not (E-07a)."""
    if counted_on(pack, approved=approved, announced=announced, annotated=annotated):
        return Line.ELIMINATED
    if approved:
        return Line.EVALUATED
    return Line.SAFETY_NET_KEPT if safety_net_kept else Line.AT_RISK


def measures_per_household(pack: Pack, measures: int, households: int) -> str:
    """户均3.5项（13755÷3879）: half up, with its denominator, all households ever monitored (GT-03,
    B-17).
    """
    mean = average(measures, households, pack.statistics.average_decimals)
    return f"户均{mean}项（{measures}÷{households}）"


def denominators_of(whole: int, printed: str) -> range:
    """Which numbers of households give this average of `whole` measures, half up: what a figure that
    does not agree was divided by (GT-03). `printed`: "3.6".
    """
    value = Decimal(printed)
    half = Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2
    highest, lowest = Decimal(whole) / (value - half), Decimal(whole) / (value + half)
    # The upper bound is left out: it is rounded up.
    return range(floor(lowest) + 1, floor(highest) + 1)


@dataclass(frozen=True)
class Measures:
    """Measures by family, and what share of them is development (H-07)."""

    by_family: dict[Family, int]

    @property
    def total(self) -> int:
        return sum(self.by_family.values())

    @property
    def development(self) -> int:
        return sum(count for family, count in self.by_family.items() if family.development)

    def share(self, pack: Pack) -> str:
        """开发式措施 of all measures, with both numbers."""
        rate = percent(self.development, self.total, pack.statistics.rate_decimals)
        return f"开发式措施占{rate}（{self.development}÷{self.total}）"


def by_family(pack: Pack, codes: Iterable[str]) -> Measures:
    """Every family, also those of which there is nothing yet."""
    counts = Counter(kind_of(pack, code).family for code in codes)
    return Measures({family: counts[family] for family in Family})
