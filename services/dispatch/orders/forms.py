"""What is asked of orders, and what several forms about one have in common."""

from kit.forms import Form, field, hidden, text
from kit.lists import Asking
from rulebook.types import DepartmentCode, Short, Text
from schemas.codes import ClockOwner, OrderState


class OnBehalf(Form):
    """`on_behalf`: for whom the county's clerk enters it (phone, paper)."""

    on_behalf: Text | None = text("代谁登记", None, hint="电话或纸质办理的，写明姓名")


class OrderFilter(Asking):
    """`overdue`: only those with a running clock past its due day, or only those without; `whose`:
    of his clocks alone; `open`: not closed yet, or closed.
    """

    state: OrderState | None = field("状态", None)
    department: DepartmentCode | None = field("部门", None)
    overdue: bool | None = field("逾期", None, widget="select")
    whose: ClockOwner | None = field("谁逾期", None)
    open: bool | None = hidden("未办结", None)
    case: Short | None = hidden("风险线索", None)


class SearchFor(Asking):
    """By number, head's name or place's name."""

    q: str = text("查找", "", most=50)
