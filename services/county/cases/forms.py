"""What is asked of the list of cases, and to which case a finding belongs."""

from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook.months import YearMonth
from services.county.cases.rules import CaseStatus


class CaseFilter(Asking):
    month: YearMonth | None = field("月份", None, widget="select")
    village: str | None = field("村", None, widget="select", max_length=20)
    status: CaseStatus | None = field("状态", None)
    q: str | None = text("姓名或编号", None, most=50)


class OpenCases(Asking):
    q: str | None = text("查找已有案件", None, most=50, hint="姓名或编号")


class AttachForm(Form):
    """`case` None: a new one, of `household` when it is given."""

    case: str | None = field("归入", None)
    household: str | None = field("农户", None)
