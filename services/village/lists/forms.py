"""What is asked of a village's list: sent as a whole, or its rows in a workbook."""

from kit.forms import Form, field, hidden, text
from kit.forms.receiving import Receiving
from rulebook.types import (
    Causes,
    Count,
    Group,
    IdNumber,
    PersonName,
    Phone,
    Text,
    VillageCode,
    YearMonth,
)
from services.village.findings.forms import CAUSES, MATTER, RISK_POINT
from services.village.places import PHONED


class ListForm(Receiving):
    village: VillageCode = hidden("村")
    month: YearMonth = hidden("月份")
    nil: bool = field("本月无风险（零报告）", False)
    on_behalf_of: str | None = text("代谁填报", None)
    behalf_reason: Text = text("代填原因", PHONED, hint="如 来电、纸质、外出")
    silent_reason: str | None = text(
        "有组没有报，为什么可以报零报告", None, hint="例如：01组组长住院，已逐户打电话问过"
    )


class ListRow(Form):
    """A row of the village's list: a household at risk, all three things said (N-07). `stratum`
    counts only of a household that the register does not know.
    """

    number: Text | None = field("序号", None)
    group: Group | None = field("组别", None)
    head_name: PersonName = field("户主姓名")
    id_number: IdNumber = field("身份证号码")
    size: Count = field("家庭人口")
    phone: Phone | None = field("联系电话", None)
    stratum: Text | None = field("农户类型", None)
    causes: Causes = field(CAUSES)
    risk_point: Text = text(RISK_POINT)
    matter: Text = text(MATTER)
    screened_by: Text | None = text("摸排人", None)
    note: Text | None = text("备注", None)
