"""What office and village enter of an order."""

from kit.behalf import OnBehalf
from kit.forms import Form, field, text
from rulebook.types import Day, DepartmentCode, Text, YesNo


class ReturnDecision(Form):
    """`department` None: the one the return proposed."""

    agree: YesNo = field("是否同意")
    reason: Text | None = text("理由", None)
    department: DepartmentCode | None = field("改派给", None)
    co_handlers: tuple[DepartmentCode, ...] = field("配合部门", ())
    question: Text | None = text("要部门回答的问题", None)


class Confirmation(OnBehalf):
    """`by_office`: the office looked itself after the village's silence."""

    received: YesNo = field("是否落实", True)
    note: Text = text("情况说明", "")
    by_office: YesNo = field("牵头部门核实", False)


class Note(Form):
    note: Text = text("办结意见", "")


class Reason(Form):
    reason: Text = text("理由")


class SolveDue(Form):
    due: Day = field("新的解决时限")
    reason: Text = text("理由")
