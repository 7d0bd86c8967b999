"""What is asked of the list of cases, and to whose household a finding belongs."""

from kit.errors import Refused
from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook.months import YearMonth
from rulebook.types import Short, VillageCode
from services.county.cases.rules import CaseStatus


class CaseFilter(Asking):
    month: YearMonth | None = field("月份", None, widget="select")
    village: VillageCode | None = field("村", None, widget="select")
    status: CaseStatus | None = field("状态", None)
    q: str | None = text("姓名或编号", None, most=50)


class WhoseFilter(Asking):
    """Searches the register and the open cases for somebody's household."""

    q: str | None = text("查找农户", None, most=50, hint="姓名中的几个字、户编号或身份证号码")
    village: VillageCode | None = field("村", None, widget="select")


class AttachForm(Form):
    """A case, a household of the register, or neither: somebody who is in no register, which needs
    its `reason`.
    """

    case: Short | None = field("归入风险线索", None)
    household: Short | None = field("农户", None)
    reason: str | None = text("理由", None, lines=2)


NEW = "new"


class AttachOnPage(Form):
    """The same as a page sends it: `target` is `household:<id>`, `case:<id>` or `new`."""

    target: str = field("是哪一户", widget="radio", max_length=100)
    reason: str | None = text("理由", None, lines=2, hint="名册里没有的，写明为什么是新的一户")

    def form(self) -> AttachForm:
        kind, _, id_ = self.target.partition(":")
        if kind == NEW:
            return AttachForm(reason=self.reason)
        if kind not in ("household", "case") or not id_:
            raise Refused("请选择是哪一户。", field="target")
        return AttachForm(**{kind: id_, "reason": self.reason})
