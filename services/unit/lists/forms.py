"""A unit's list as its clerk sends it, and what became of it."""

from dataclasses import dataclass

from kit.forms import field, hidden, text
from kit.forms.receiving import Receiving
from rulebook.months import YearMonth
from rulebook.types import Short
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
    """`nil` declares 零报告: with a reason while not every household was contacted, as for findings
    that nobody verified. `received_on` with `reason`: 补录 of a paper."""

    unit: Short = hidden("帮扶单位")
    month: YearMonth = hidden("月份")
    nil: bool = field("本月走访无风险（零报告）", False)
    nil_reason: str | None = text(
        "还有户没有联系上，为什么零报告",
        None,
        hint="如 全家外出务工、电话停机；不要写姓名和号码。随名单报县",
        most=200,
    )
    unverified_reason: str | None = text(
        "没有写明调查核实的，为什么现在报送",
        None,
        hint="如 农户住院，先报送后核实；不要写姓名和号码。随名单报县",
        most=200,
    )
