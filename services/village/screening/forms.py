"""What is asked of a group: nothing found in one tap, or the households at risk."""

from kit.forms import Form, field, hidden, text
from kit.forms.receiving import Receiving
from rulebook.types import YearMonth
from services.village.findings.forms import FindingDraft


class GroupMonth(Form):
    """Of which group and month."""

    village: str = hidden("村")
    group: str = hidden("组别")
    month: YearMonth = hidden("月份")


class GroupReportForm(GroupMonth, Receiving):
    nil: bool = field("零报告", False)
    findings: list[FindingDraft] = field("上报的风险", [])
    on_behalf_of: str | None = text("代谁填报", None)


class TapForm(GroupMonth):
    """One tap of a page; `back`: where it stands."""

    on_behalf_of: str | None = text("代谁填报", None)
    back: str = hidden("返回页面", "/village/")
