"""What is asked of a group: nothing found in one tap, or the households at risk."""

from kit.forms import Form, field, hidden, text
from kit.forms.receiving import Receiving
from rulebook.types import Group, Since, Text, VillageCode, YearMonth
from schemas import values
from schemas.codes import RiskCause
from services.village.findings.forms import CAUSES, MATTER, RISK_POINT, FindingDraft
from services.village.places import PHONED


class GroupMonth(Form):
    """Of which group and month."""

    village: VillageCode = hidden("村")
    group: Group = hidden("组别")
    month: YearMonth = hidden("月份")


class GroupReportForm(GroupMonth, Receiving):
    nil: bool = field("零报告", False)
    findings: list[FindingDraft] = field("上报的风险", [])
    on_behalf_of: str | None = text("代谁填报", None)
    behalf_reason: Text = text("代填原因", PHONED, hint="如 来电、纸质、外出")


class MendForm(Form):
    """All that a finding shall say from now on."""

    causes: tuple[RiskCause, ...] = field(CAUSES)
    risk_point: str | None = text(RISK_POINT, None, lines=2)
    matter: str | None = text(MATTER, None, lines=2)
    note: str | None = text("备注", None)
    since: Since = field("风险发生时间", values.Since())
    urgent: bool = field("紧急：不等名单，当天报县", False)


class TapForm(GroupMonth):
    """One tap of a page; `back`: where it stands."""

    on_behalf_of: str | None = text("代谁填报", None)
    behalf_reason: Text = text("代填原因", PHONED, hint="如 来电、纸质、外出")
    back: str = hidden("返回页面", "/village/")
