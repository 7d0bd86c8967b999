"""A unit's list as its clerk sends it, and what became of it."""

from dataclasses import dataclass

from kit.forms import field, hidden
from kit.forms.receiving import Receiving
from rulebook.months import YearMonth
from services.unit.lists.models import UnitList


@dataclass(frozen=True)
class ListAnswer:
    """The list that was sent, how many findings it carries, and whose findings stay behind as
    待补充.
    """

    list: UnitList
    findings: int
    left_behind: tuple[str, ...] = ()


class ListForm(Receiving):
    """`nil` declares 零报告. `received_on` with `reason`: 补录 of a paper."""

    unit: str = hidden("帮扶单位")
    month: YearMonth = hidden("月份")
    nil: bool = field("本月走访无风险（零报告）", False)
